//! Writing an image: Zarr v3 by zarrs' builders, Zarr v2 by metadata, which is how zarrs creates it.

use std::num::NonZeroU64;
use std::sync::Arc;

use serde_json::json;
use zarrs::array::codec::{BloscCodec, Crc32cCodec, GzipCodec, ZstdCodec};
use zarrs::array::{Array, ArrayBuilder, BytesToBytesCodecTraits, ChunkKeySeparator, FillValueMetadata};
use zarrs::group::{Group, GroupBuilder};
use zarrs::metadata::v2::{ArrayMetadataV2, GroupMetadataV2, MetadataV2};
use zarrs::storage::{ReadableWritableListableStorage, ReadableWritableListableStorageTraits, StorePrefix};

use crate::ome;
use crate::pixels::Pixels;
use crate::protocol::{Answered, Refusal, unsupported};
use crate::requests::{AskedImage, Codec};

type Storage = ReadableWritableListableStorage;
type AnArray = Array<dyn ReadableWritableListableStorageTraits>;

pub fn write(
    store: Storage,
    dtype: &str,
    mut pixels: Box<dyn Pixels>,
    image: &AskedImage,
    overwrite: bool,
) -> Answered<()> {
    if overwrite {
        store.erase_prefix(&StorePrefix::root())?;
    }
    let paths: Vec<String> = (0..image.levels).map(|level| level.to_string()).collect();
    group(store.clone(), image, ome::attributes_of(image, &paths))?;
    for (level, path) in paths.iter().enumerate() {
        if level > 0 {
            pixels = pixels.reduced(&image.factor, image.method);
        }
        let place = (store.clone(), format!("/{path}"));
        let array = if image.ome_zarr == "0.4" {
            zarr2(place, pixels.shape(), dtype, image)?
        } else {
            zarr3(place, pixels.shape(), dtype, image)?
        };
        array.store_metadata()?;
        pixels.store(&array)?;
    }
    Ok(())
}

fn group(store: Storage, image: &AskedImage, attributes: ome::Attributes) -> Answered<()> {
    let group = if image.ome_zarr == "0.4" {
        let metadata = GroupMetadataV2::new().with_attributes(attributes);
        Group::new_with_metadata(store, "/", metadata.into())?
    } else {
        GroupBuilder::new().attributes(attributes).build(store, "/")?
    };
    Ok(group.store_metadata()?)
}

fn zarr3(place: (Storage, String), shape: Vec<u64>, dtype: &str, image: &AskedImage) -> Answered<AnArray> {
    let (store, path) = place;
    let grid = image.shards.as_ref().unwrap_or(&image.chunks);
    let mut builder = ArrayBuilder::new(shape, grid.as_slice(), dtype, zero(dtype));
    if image.shards.is_some() {
        builder.subchunk_shape(image.chunks.clone());
    }
    let array = builder
        .bytes_to_bytes_codecs(codecs(&image.codec, item_size(dtype))?)
        .chunk_key_encoding_default_separator(separator(image))
        .dimension_names(Some(image.axes.iter().map(|axis| axis.name.as_str())))
        .build(store, &path)?;
    Ok(array)
}

fn codecs(codec: &Codec, item_size: usize) -> Answered<Vec<Arc<dyn BytesToBytesCodecTraits>>> {
    let mut codecs: Vec<Arc<dyn BytesToBytesCodecTraits>> = Vec::new();
    match codec.name.as_str() {
        "none" => (),
        "gzip" => codecs.push(Arc::new(GzipCodec::new(codec.level.into())?)),
        "zstd" => codecs.push(Arc::new(ZstdCodec::new(codec.level.into(), codec.checksum))),
        "blosc" => {
            let cname = serde_json::from_value(json!(codec.cname))?;
            let shuffle = serde_json::from_value(json!(codec.shuffle))?;
            let level = codec.level.try_into().map_err(|_| out_of_range(codec))?;
            codecs.push(Arc::new(BloscCodec::new(cname, level, None, shuffle, Some(item_size))?));
        }
        other => return unsupported(&format!("{other} is not a codec of Zarr v3")),
    }
    if codec.crc32c {
        codecs.push(Arc::new(Crc32cCodec::new()));
    }
    Ok(codecs)
}

fn out_of_range(codec: &Codec) -> Refusal {
    Refusal::Raised("ValueError".into(), format!("{} has no level {}", codec.name, codec.level))
}

fn zarr2(place: (Storage, String), shape: Vec<u64>, dtype: &str, image: &AskedImage) -> Answered<AnArray> {
    let (store, path) = place;
    let chunks = image.chunks.iter().map(|&length| NonZeroU64::try_from(length)).collect::<Result<_, _>>()?;
    let compressor = compressor(&image.codec)?;
    let metadata =
        ArrayMetadataV2::new(shape, chunks, numpy_name(dtype).as_str().into(), zero(dtype), compressor, None)
            .with_dimension_separator(separator(image));
    Ok(Array::new_with_metadata(store, &path, metadata.into())?)
}

fn compressor(codec: &Codec) -> Answered<Option<MetadataV2>> {
    if codec.checksum {
        return unsupported("zarrs' metadata of zstd in Zarr v2 know no checksum");
    }
    let shuffle = ["noshuffle", "shuffle", "bitshuffle"].iter().position(|name| *name == codec.shuffle);
    let metadata = match codec.name.as_str() {
        "none" => return Ok(None),
        "blosc" => json!({
            "id": "blosc", "cname": codec.cname, "clevel": codec.level, "shuffle": shuffle, "blocksize": 0
        }),
        name => json!({ "id": name, "level": codec.level }),
    };
    Ok(Some(serde_json::from_value(metadata)?))
}

fn separator(image: &AskedImage) -> ChunkKeySeparator {
    if image.separator == "." { ChunkKeySeparator::Dot } else { ChunkKeySeparator::Slash }
}

fn zero(dtype: &str) -> FillValueMetadata {
    match dtype {
        "bool" => FillValueMetadata::from(false),
        "float32" | "float64" => FillValueMetadata::from(0.0),
        _ => FillValueMetadata::from(0),
    }
}

/// Return the length of an element in bytes: the name ends with its bits, but for `bool`.
fn item_size(dtype: &str) -> usize {
    dtype.trim_start_matches(char::is_alphabetic).parse::<usize>().map_or(1, |bits| bits / 8)
}

fn numpy_name(dtype: &str) -> String {
    let kind = &dtype[..1];
    let size = item_size(dtype);
    format!("{}{kind}{size}", if size == 1 { "|" } else { "<" })
}
