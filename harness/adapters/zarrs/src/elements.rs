//! What zarrs returns, as the protocol digests it.

use zarrs::array::{ArrayBytes, DataType};
use zarrs::plugin::ExtensionName;

use crate::protocol::{Answered, Refusal};

#[cfg(target_endian = "big")]
compile_error!("zarrs returns elements in native byte order, and they are digested as little-endian");

/// Return the name that the protocol gives to a data type.
pub fn dtype_name(data_type: &DataType) -> String {
    let name = data_type.name_v3().map_or_else(|| format!("{data_type:?}"), |name| name.into_owned());
    match name.as_str() {
        "complex_float32" => "complex64".into(),
        "complex_float64" => "complex128".into(),
        "fixed_length_utf32" => "string".into(),
        _ => name,
    }
}

/// Return little-endian C-order bytes: each text as UTF-8 after its uint32 length.
pub fn canonical_bytes(data_type: &DataType, elements: ArrayBytes<'static>) -> Answered<Vec<u8>> {
    let name = data_type.name_v3().unwrap_or_default();
    match elements {
        ArrayBytes::Fixed(bytes) if name == "fixed_length_utf32" => {
            let size = data_type.fixed_size().expect("texts of fixed length have a size");
            Ok(bytes.chunks_exact(size).map(text_of_utf32).collect::<Answered<Vec<_>>>()?.concat())
        }
        ArrayBytes::Fixed(bytes) => Ok(bytes.into_owned()),
        ArrayBytes::Variable(texts) if name == "string" => {
            let ends = texts.offsets().windows(2);
            Ok(ends.flat_map(|end| prefixed(&texts.bytes()[end[0]..end[1]])).collect())
        }
        ArrayBytes::Variable(_) | ArrayBytes::Optional(_) => {
            let message = format!("cannot answer with elements of {}", dtype_name(data_type));
            Err(Refusal::Raised("TypeError".into(), message))
        }
    }
}

fn prefixed(text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len()).expect("a text has less than 4 GiB");
    [&length.to_le_bytes(), text].concat()
}

fn text_of_utf32(element: &[u8]) -> Answered<Vec<u8>> {
    let code_points =
        element.chunks_exact(4).map(|code| u32::from_le_bytes([code[0], code[1], code[2], code[3]]));
    let text: String = code_points.map(char::try_from).collect::<Result<_, _>>()?;
    Ok(prefixed(text.trim_end_matches('\0').as_bytes()))
}
