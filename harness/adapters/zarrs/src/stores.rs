//! A place as one of zarrs' stores. All are used by the sync API, object stores through zarrs' own adapter.

use std::sync::{Arc, LazyLock};

use tokio::runtime::{Handle, Runtime};
use zarrs::filesystem::FilesystemStore;
use zarrs::storage::ReadableWritableListableStorage;
use zarrs::storage::storage_adapter::async_to_sync::{AsyncToSyncBlockOn, AsyncToSyncStorageAdapter};
use zarrs_object_store::AsyncObjectStore;
use zarrs_object_store::object_store::aws::AmazonS3Builder;
use zarrs_object_store::object_store::http::HttpBuilder;
use zarrs_object_store::object_store::prefix::PrefixStore;
use zarrs_object_store::object_store::{ClientOptions, ObjectStore};

use crate::protocol::Answered;
use crate::requests::{Bucket, Place};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("tokio starts"));

struct TokioBlockOn(Handle);

impl AsyncToSyncBlockOn for TokioBlockOn {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }
}

pub fn store_of(place: &Place) -> Answered<ReadableWritableListableStorage> {
    match place {
        Place::File { path } => Ok(Arc::new(FilesystemStore::new(path)?)),
        Place::Http { url } => {
            let options = ClientOptions::new().with_allow_http(true);
            Ok(blocking(HttpBuilder::new().with_url(url).with_client_options(options).build()?))
        }
        Place::S3(bucket) => s3(bucket),
    }
}

fn s3(place: &Bucket) -> Answered<ReadableWritableListableStorage> {
    let bucket = AmazonS3Builder::new()
        .with_endpoint(&place.endpoint)
        .with_allow_http(true)
        .with_region(&place.region)
        .with_bucket_name(&place.bucket)
        .with_access_key_id(&place.access_key)
        .with_secret_access_key(&place.secret_key)
        .build()?;
    Ok(blocking(PrefixStore::new(bucket, place.key.as_str())))
}

fn blocking(store: impl ObjectStore) -> ReadableWritableListableStorage {
    let store = Arc::new(AsyncObjectStore::new(store));
    Arc::new(AsyncToSyncStorageAdapter::new(store, TokioBlockOn(RUNTIME.handle().clone())))
}
