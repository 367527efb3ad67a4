//! The variants that many readers come to.

use std::collections::HashMap;
use std::hash::Hash;

use rayon::prelude::*;

/// What is made once for all readers of a variant.
pub struct Variants<V> {
    /// The variant of each reader; none where they are rendered in full.
    of: Vec<Option<usize>>,
    /// None where it could not be made.
    made: Vec<Option<V>>,
}

impl<V: Send> Variants<V> {
    /// The variants of `readers`, in parallel: `key` tells them apart, `make` makes one for the first of its readers.
    pub fn new<R: Sync, K: Hash + Eq + Send + Sync>(
        readers: &[R],
        key: impl Fn(&R) -> Option<K> + Send + Sync,
        make: impl Fn(&K, &R) -> Option<V> + Send + Sync,
    ) -> Self {
        let keys: Vec<Option<K>> = readers.par_iter().map(key).collect();
        let mut numbers: HashMap<&K, usize> = HashMap::new();
        let mut firsts: Vec<(&K, &R)> = Vec::new();
        let number = |(key, reader)| {
            let key: &K = Option::as_ref(key)?;
            Some(*numbers.entry(key).or_insert_with(|| {
                firsts.push((key, reader));
                firsts.len() - 1
            }))
        };
        let of = keys.iter().zip(readers).map(number).collect();
        let made = firsts.par_iter().map(|(key, reader)| make(key, reader)).collect();
        Variants { of, made }
    }

    /// What was made for the reader at `index`; `None` where they are rendered in full.
    pub fn of(&self, index: usize) -> Option<&V> {
        self.made[self.of[index]?].as_ref()
    }
}
