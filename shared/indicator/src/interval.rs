//! Wilson's score interval for a share: it stays within 0 and 1 and holds for Dals-Ed as for Göteborg.

/// The 97.5th percentile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Lower and upper end of the 95 % interval; none without a denominator.
#[expect(clippy::cast_precision_loss, reason = "counts of patients are far below 2^52")]
pub fn wilson(numerator: i64, denominator: i64) -> Option<(f64, f64)> {
    if denominator <= 0 {
        return None;
    }
    let (n, share) = (denominator as f64, numerator as f64 / denominator as f64);
    let weight = 1.0 + Z * Z / n;
    let centre = (share + Z * Z / (2.0 * n)) / weight;
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt() / weight;
    Some(((centre - half).max(0.0), (centre + half).min(1.0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_gives_the_values_of_the_textbook() {
        // Newcombe 1998, Statistics in Medicine 17:857, table I: 81/263 and 0/20.
        let (low, high) = wilson(81, 263).expect("an interval");
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5);
        let (low, high) = wilson(0, 20).expect("an interval");
        assert!(low.abs() < 1e-12 && (high - 0.1611).abs() < 5e-5);
        assert_eq!(wilson(0, 0), None);
    }

    proptest! {
        #[test]
        fn it_holds_the_share_and_stays_within_bounds(denominator in 1_i64..100_000, part in 0.0..=1.0_f64) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small by construction")]
            let numerator = (denominator as f64 * part) as i64;
            let (low, high) = wilson(numerator, denominator).expect("an interval");
            #[expect(clippy::cast_precision_loss, reason = "small by construction")]
            let share = numerator as f64 / denominator as f64;
            prop_assert!(0.0 <= low && low <= share + 1e-12 && share <= high + 1e-12 && high <= 1.0);
        }
    }
}
