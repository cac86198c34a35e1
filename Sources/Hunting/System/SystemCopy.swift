/// One of the copies of a system that run in a trial.
final class SystemCopy {
    /// Counts from 1.
    let number: Int
    /// nil where it was stopped or ended.
    var process: SystemProcess?
    /// It was told to end: that it does is no crash.
    var isExpectedToEnd = false

    init(number: Int) { self.number = number }
}
