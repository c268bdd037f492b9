//! OME-Zarr's JSON, which users of zarrs read and write by hand: 0.4 keeps it in the attributes of the image's
//! group directly, 0.5 under `ome`.

use serde_json::{Map, Value, json};

use crate::protocol::{Answered, Refusal};
use crate::requests::AskedImage;

pub type Attributes = Map<String, Value>;

/// Return the paths of the levels, largest first.
pub fn level_paths(attributes: &Attributes) -> Answered<Vec<String>> {
    list_of(multiscale(attributes)?, "datasets")?.iter().map(|dataset| text_of(dataset, "path")).collect()
}

/// Return the paths of the label images, from the attributes of the group `labels`.
pub fn label_names(attributes: &Attributes) -> Value {
    let labels = ome(attributes).and_then(|ome| ome.get("labels")).or_else(|| attributes.get("labels"));
    labels.cloned().unwrap_or_else(|| json!([]))
}

/// Return the protocol's image. `levels` holds path, shape, chunks, shards and dtype of each level.
pub fn describe(attributes: &Attributes, levels: Vec<Value>, labels: Value) -> Answered<Value> {
    let multiscale = multiscale(attributes)?;
    let version = ome(attributes).and_then(|ome| ome.get("version")).unwrap_or(&multiscale["version"]);
    let keys = ["name", "type", "unit"];
    let axes = list_of(multiscale, "axes")?.iter().map(|axis| picked(axis, &keys));
    let omero = ome(attributes).map_or_else(|| attributes.get("omero"), |ome| ome.get("omero"));
    let channels = omero.and_then(|omero| omero["channels"].as_array()).into_iter().flatten().map(channel);
    // Transformations beside the levels are of all of them, after each level's own.
    let shared = transformations(multiscale);
    let levels = levels.into_iter().zip(list_of(multiscale, "datasets")?).map(|(mut level, dataset)| {
        let own = transformations(dataset);
        (level["scale"], level["translation"]) = combined(own.iter().chain(shared));
        level
    });
    Ok(json!({
        "ome_zarr": version,
        "name": multiscale["name"],
        "axes": axes.collect::<Vec<_>>(),
        "levels": levels.collect::<Vec<_>>(),
        "channels": channels.collect::<Vec<_>>(),
        "labels": labels,
    }))
}

/// Return the attributes of the group of an image that was asked for, with levels at these paths.
pub fn attributes_of(image: &AskedImage, paths: &[String]) -> Attributes {
    let datasets = paths.iter().enumerate().map(|(level, path)| {
        let pairs = image.scale.iter().zip(&image.factor);
        let scale: Vec<f64> = pairs.map(|(scale, factor)| scale * factor.pow(level as u32) as f64).collect();
        json!({ "path": path, "coordinateTransformations": [{ "type": "scale", "scale": scale }] })
    });
    let axes = image.axes.iter().map(|axis| {
        let mut entry = json!({ "name": axis.name });
        for (key, value) in [("type", &axis.kind), ("unit", &axis.unit)] {
            if let Some(value) = value {
                entry[key] = json!(value);
            }
        }
        entry
    });
    let mut multiscale = json!({
        "name": image.name,
        "axes": axes.collect::<Vec<_>>(),
        "datasets": datasets.collect::<Vec<_>>(),
    });
    if image.ome_zarr == "0.4" {
        multiscale["version"] = json!("0.4");
        return Map::from_iter([("multiscales".to_owned(), json!([multiscale]))]);
    }
    Map::from_iter([("ome".to_owned(), json!({ "version": "0.5", "multiscales": [multiscale] }))])
}

fn ome(attributes: &Attributes) -> Option<&Value> {
    attributes.get("ome")
}

fn multiscale(attributes: &Attributes) -> Answered<&Value> {
    let all = ome(attributes).map_or_else(|| attributes.get("multiscales"), |ome| ome.get("multiscales"));
    all.and_then(|all| all.get(0)).ok_or_else(|| missing("multiscales"))
}

fn list_of<'a>(of: &'a Value, key: &str) -> Answered<&'a Vec<Value>> {
    of[key].as_array().ok_or_else(|| missing(key))
}

fn text_of(of: &Value, key: &str) -> Answered<String> {
    of[key].as_str().map(str::to_owned).ok_or_else(|| missing(key))
}

fn missing(key: &str) -> Refusal {
    Refusal::Raised("KeyError".into(), format!("the metadata have no '{key}'"))
}

fn picked(of: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|key| ((*key).to_owned(), of[*key].clone())).collect::<Attributes>().into()
}

fn transformations(of: &Value) -> &[Value] {
    of["coordinateTransformations"].as_array().map_or(&[][..], Vec::as_slice)
}

/// Return one scale and one translation that do what all of these do one after the other.
fn combined<'a>(all: impl Iterator<Item = &'a Value>) -> (Value, Value) {
    let (mut scale, mut translation): (Option<Vec<f64>>, Option<Vec<f64>>) = (None, None);
    let numbers = |of: &Value| of.as_array().map(|list| list.iter().filter_map(Value::as_f64).collect::<Vec<_>>());
    for one in all {
        if let (Some("scale"), Some(values)) = (one["type"].as_str(), numbers(&one["scale"])) {
            let times = |before: Vec<f64>| before.iter().zip(&values).map(|(a, b)| a * b).collect::<Vec<_>>();
            translation = translation.map(times);
            scale = Some(scale.map_or_else(|| values.clone(), times));
        }
        if let (Some("translation"), Some(values)) = (one["type"].as_str(), numbers(&one["translation"])) {
            let plus = |before: Vec<f64>| before.iter().zip(&values).map(|(a, b)| a + b).collect::<Vec<_>>();
            translation = Some(translation.map_or_else(|| values.clone(), plus));
        }
    }
    (json!(scale), json!(translation))
}

fn channel(channel: &Value) -> Value {
    let mut described = picked(channel, &["label", "color", "active"]);
    let window = picked(&channel["window"], &["start", "end", "min", "max"]);
    let whole = window.as_object().is_some_and(|limits| limits.values().all(|limit| !limit.is_null()));
    described["window"] = if whole { window } else { Value::Null };
    described
}
