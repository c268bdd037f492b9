//! What is to be written, in memory, and its reduction by whole blocks: zarrs itself reduces nothing.

use ndarray::{ArrayD, ArrayViewD, IxDyn, Slice, Zip};
use zarrs::array::{Array, ArrayError, Element};
use zarrs::storage::ReadableWritableListableStorageTraits;

use crate::protocol::{Answered, Raw, unsupported};
use crate::requests::Method;

/// An `ndarray` of any of the data types that are written.
pub trait Pixels {
    /// Store all elements, as the whole of the array.
    fn store(&self, array: &Array<dyn ReadableWritableListableStorageTraits>) -> Result<(), ArrayError>;
    /// Reduce by whole blocks; what is left at the far edges is cut off.
    fn reduced(&self, factor: &[usize], method: Method) -> Box<dyn Pixels>;
    fn shape(&self) -> Vec<u64>;
}

impl<T: Number> Pixels for ArrayD<T> {
    fn store(&self, array: &Array<dyn ReadableWritableListableStorageTraits>) -> Result<(), ArrayError> {
        array.store_array_subset(&array.subset_all(), self)
    }

    fn reduced(&self, factor: &[usize], method: Method) -> Box<dyn Pixels> {
        let whole = whole_blocks(self, factor);
        match method {
            Method::Nearest => {
                Box::new(whole.slice_each_axis(|axis| step(factor[axis.axis.index()])).to_owned())
            }
            Method::Mean => {
                let lengths: Vec<usize> = whole.shape().iter().zip(factor).map(|(n, f)| n / f).collect();
                let mut means = ArrayD::from_elem(lengths, T::of_mean(0.0));
                let count = factor.iter().product::<usize>() as f64;
                let blocks = whole.exact_chunks(IxDyn(factor));
                Zip::from(&mut means).and(blocks).for_each(|mean, block| {
                    *mean = T::of_mean(block.iter().map(|&element| element.to_f64()).sum::<f64>() / count);
                });
                Box::new(means)
            }
        }
    }

    fn shape(&self) -> Vec<u64> {
        ArrayD::shape(self).iter().map(|&length| length as u64).collect()
    }
}

fn whole_blocks<'a, T>(pixels: &'a ArrayD<T>, factor: &[usize]) -> ArrayViewD<'a, T> {
    pixels.slice_each_axis(|axis| {
        let factor = factor[axis.axis.index()];
        Slice::from(..axis.len / factor * factor)
    })
}

fn step(factor: usize) -> Slice {
    Slice::new(0, None, factor as isize)
}

/// An element of an image. Means return to integers by rounding half to even.
trait Number: Element + Copy + 'static {
    fn of_bytes(little_endian: &[u8]) -> Vec<Self>;
    fn to_f64(self) -> f64;
    fn of_mean(mean: f64) -> Self;
}

macro_rules! number {
    ($($type:ty: $round:expr),*) => {
        $(impl Number for $type {
            fn of_bytes(little_endian: &[u8]) -> Vec<Self> {
                let elements = little_endian.as_chunks().0.iter();
                elements.map(|&element| Self::from_le_bytes(element)).collect()
            }
            fn to_f64(self) -> f64 {
                self as f64
            }
            fn of_mean(mean: f64) -> Self {
                $round(mean) as Self
            }
        })*
    };
}

number!(u8: f64::round_ties_even, u16: f64::round_ties_even, u32: f64::round_ties_even, u64: f64::round_ties_even);
number!(i8: f64::round_ties_even, i16: f64::round_ties_even, i32: f64::round_ties_even, i64: f64::round_ties_even);
number!(f32: std::convert::identity, f64: std::convert::identity);

impl Number for bool {
    fn of_bytes(little_endian: &[u8]) -> Vec<Self> {
        little_endian.iter().map(|&byte| byte != 0).collect()
    }
    fn to_f64(self) -> f64 {
        f64::from(u8::from(self))
    }
    fn of_mean(mean: f64) -> Self {
        mean != 0.0
    }
}

pub fn load(raw: &Raw) -> Answered<Box<dyn Pixels>> {
    match raw.dtype.as_str() {
        "bool" => array::<bool>(raw),
        "uint8" => array::<u8>(raw),
        "uint16" => array::<u16>(raw),
        "uint32" => array::<u32>(raw),
        "uint64" => array::<u64>(raw),
        "int8" => array::<i8>(raw),
        "int16" => array::<i16>(raw),
        "int32" => array::<i32>(raw),
        "int64" => array::<i64>(raw),
        "float32" => array::<f32>(raw),
        "float64" => array::<f64>(raw),
        other => unsupported(&format!("the worker writes no {other}")),
    }
}

fn array<T: Number>(raw: &Raw) -> Answered<Box<dyn Pixels>> {
    let shape: Vec<usize> = raw.shape.iter().map(|&length| length as usize).collect();
    Ok(Box::new(ArrayD::from_shape_vec(shape, T::of_bytes(&raw.bytes))?))
}
