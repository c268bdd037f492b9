//! Read a selection of an array with zarrs.
use zarrs::array::{Array, ArrayBytes, ArraySubset};
use zarrs::filesystem::FilesystemStore;
use zarrs::plugin::ExtensionName;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = std::sync::Arc::new(FilesystemStore::new(r"@DATA@")?);
    let array = Array::open(store, "/@ARRAY@")?;
    let subset = ArraySubset::new_with_ranges(&@SELECTION@);
    let dtype = array.data_type().name_v3().unwrap_or_default();
    println!("zarrs {}, {dtype} {:?}", zarrs::version::version_str(), subset.shape());
    macro_rules! print_elements { ($($name:literal: $type:ty),*) => { match dtype.as_ref() {
        $($name => println!("{:?}", array.retrieve_array_subset::<Vec<$type>>(&subset)?),)*
        _ => println!("{:?}", array.retrieve_array_subset::<ArrayBytes>(&subset)?),
    } } }
    print_elements!("bool": bool, "uint8": u8, "uint16": u16, "uint32": u32, "uint64": u64, "int8": i8,
        "int16": i16, "int32": i32, "int64": i64, "float32": f32, "float64": f64, "string": String);
    Ok(())
}
