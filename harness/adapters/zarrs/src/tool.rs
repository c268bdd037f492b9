//! zarrs as its users drive it.

use std::ops::Range;

use serde_json::{Map, Value, json};
use zarrs::array::{
    Array, ArrayBytes, ArrayShardedExt, ArrayShardedReadableExt, ArrayShardedReadableExtCache, ArraySubset,
    ChunkShape,
};
use zarrs::config::{global_config, global_config_mut};
use zarrs::group::{Group, GroupCreateError};
use zarrs::metadata::NodeMetadata;
use zarrs::storage::{ReadableWritableListableStorage, ReadableWritableListableStorageTraits};

use crate::elements::{canonical_bytes, dtype_name};
use crate::ome;
use crate::pixels::{self, Pixels};
use crate::protocol::{Answered, Raw, Refusal, Tool, unsupported};
use crate::requests::{AskedImage, Part, Place};
use crate::stores::store_of;
use crate::write;

const LOCK: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"));

type Storage = ReadableWritableListableStorage;

#[derive(Default)]
pub struct Zarrs {
    shard_index_cache: bool,
}

pub struct Opened {
    array: Array<dyn ReadableWritableListableStorageTraits>,
    shard_indexes: Option<ArrayShardedReadableExtCache>,
}

impl Tool for Zarrs {
    const NAME: &'static str = "zarrs";
    const OPERATIONS: &'static [&'static str] =
        &["null", "open", "open_array", "read", "inspect", "list", "write"];
    type Array = Opened;
    type Elements = (Vec<u64>, ArrayBytes<'static>);
    type Pixels = (String, Box<dyn Pixels>);

    fn packages(&self) -> Vec<(String, String)> {
        let itself = ("zarrs".to_owned(), zarrs::version::version_str().to_owned());
        let others = ["zarrs_storage", "zarrs_filesystem", "zarrs_object_store", "object_store"];
        [itself].into_iter().chain(others.iter().filter_map(|name| locked(name))).collect()
    }

    fn configure(&mut self, mut settings: Map<String, Value>) -> Answered<Value> {
        self.shard_index_cache = settings.remove("shard_index_cache").is_some_and(|wanted| wanted == true);
        let mut in_effect = serde_json::to_value(&*global_config())?;
        for (name, value) in settings {
            if in_effect.get(&name).is_none() {
                return Err(Refusal::Raised("KeyError".into(), format!("zarrs has no setting '{name}'")));
            }
            in_effect[name] = value;
        }
        *global_config_mut() = serde_json::from_value(in_effect.clone())?;
        in_effect["shard_index_cache"] = json!(self.shard_index_cache);
        Ok(in_effect)
    }

    fn open(&self, place: &Place, level: usize) -> Answered<Opened> {
        let store = store_of(place)?;
        let paths = ome::level_paths(Group::open(store.clone(), "/")?.attributes())?;
        let path = paths.get(level).ok_or_else(|| {
            Refusal::Raised(
                "IndexError".into(),
                format!("there are {} levels, and no level {level}", paths.len()),
            )
        })?;
        self.opened(store, path)
    }

    fn open_array(&self, place: &Place, path: &str) -> Answered<Opened> {
        self.opened(store_of(place)?, path)
    }

    fn facts(&self, opened: &Opened) -> (Vec<u64>, String) {
        (opened.array.shape().to_vec(), dtype_name(opened.array.data_type()))
    }

    fn read(&self, opened: &Opened, region: &[Part]) -> Answered<Self::Elements> {
        let subset = ArraySubset::from(region.iter().map(range_of).collect::<Answered<Vec<_>>>()?);
        // The methods without options do not heed the global configuration.
        let options = global_config().codec_options();
        let elements = match &opened.shard_indexes {
            Some(cache) => opened.array.retrieve_array_subset_sharded_opt(cache, &subset, &options)?,
            None => opened.array.retrieve_array_subset_opt(&subset, &options)?,
        };
        let kept = region.iter().zip(subset.shape()).filter(|(part, _)| !matches!(part, Part::Index(_)));
        Ok((kept.map(|(_, &length)| length).collect(), elements))
    }

    fn raw(&self, opened: &Opened, (shape, elements): Self::Elements) -> Answered<Raw> {
        let data_type = opened.array.data_type();
        Ok(Raw { dtype: dtype_name(data_type), shape, bytes: canonical_bytes(data_type, elements)? })
    }

    fn inspect(&self, place: &Place) -> Answered<Value> {
        let store = store_of(place)?;
        let group = Group::open(store.clone(), "/")?;
        let paths = ome::level_paths(group.attributes())?;
        let levels = paths.iter().map(|path| described(&store, path)).collect::<Answered<_>>()?;
        let labels = match Group::open(store, "/labels") {
            Ok(labels) => ome::label_names(labels.attributes()),
            Err(GroupCreateError::MissingMetadata) => json!([]),
            Err(problem) => return Err(problem.into()),
        };
        ome::describe(group.attributes(), levels, labels)
    }

    fn list(&self, place: &Place) -> Answered<Vec<String>> {
        let nodes = Group::open(store_of(place)?, "/")?.traverse()?.into_iter();
        let arrays = nodes.filter(|(_, metadata)| matches!(metadata, NodeMetadata::Array(_)));
        Ok(arrays.map(|(path, _)| path.as_str()[1..].to_owned()).collect())
    }

    fn load(&self, raw: Raw) -> Answered<Self::Pixels> {
        let pixels = pixels::load(&raw)?;
        Ok((raw.dtype, pixels))
    }

    fn write(
        &self,
        place: &Place,
        (dtype, pixels): Self::Pixels,
        image: &AskedImage,
        overwrite: bool,
    ) -> Answered<()> {
        write::write(store_of(place)?, &dtype, pixels, image, overwrite)
    }
}

impl Zarrs {
    fn opened(&self, store: Storage, path: &str) -> Answered<Opened> {
        let array = Array::open(store, &format!("/{path}"))?;
        let shard_indexes = self.shard_index_cache.then(|| ArrayShardedReadableExtCache::new(&array));
        Ok(Opened { array, shard_indexes })
    }
}

fn range_of(part: &Part) -> Answered<Range<u64>> {
    let range = match *part {
        Part::Index(index) => u64::try_from(index).map(|index| index..index + 1),
        Part::Slice(start, stop, 1) => u64::try_from(start).and_then(|start| Ok(start..stop.try_into()?)),
        Part::Slice(..) => return unsupported("zarrs reads array subsets, which have no steps"),
        Part::Pick { .. } => return unsupported("zarrs reads array subsets, not lists of indices"),
    };
    range.or_else(|_| unsupported("zarrs' indices are unsigned: there is nothing before 0"))
}

fn described(store: &Storage, path: &str) -> Answered<Value> {
    let array = Array::open(store.clone(), &format!("/{path}"))?;
    let chunks = lengths(&array.chunk_shape(&vec![0; array.dimensionality()])?);
    let inner = array.subchunk_shape().map(|shape| lengths(&shape));
    Ok(json!({
        "path": path,
        "shape": array.shape(),
        "chunks": inner.as_ref().unwrap_or(&chunks),
        "shards": inner.as_ref().map(|_| &chunks),
        "dtype": dtype_name(array.data_type()),
    }))
}

fn lengths(shape: &ChunkShape) -> Vec<u64> {
    shape.iter().map(|length| length.get()).collect()
}

/// Return the name and version of a package in Cargo.lock.
fn locked(name: &str) -> Option<(String, String)> {
    let (_, entry) = LOCK.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    Some((name.to_owned(), entry.split('"').next()?.to_owned()))
}
