"""Where bytes live: file, http, s3; MinIO found, started, provisioned and ended."""
