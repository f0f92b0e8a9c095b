extension FixedWidthInteger {
    /// The product of two numbers that are not negative, or the largest number where that overflows.
    package func saturating(times factor: Self) -> Self {
        let (product, overflowed) = multipliedReportingOverflow(by: factor)
        return overflowed ? .max : product
    }

    /// The sum of two numbers that are not negative, or the largest number where that overflows.
    package func saturating(plus term: Self) -> Self {
        let (sum, overflowed) = addingReportingOverflow(term)
        return overflowed ? .max : sum
    }
}
