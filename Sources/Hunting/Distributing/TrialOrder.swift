/// One trial of a hunt that some worker is to run. The input is not in it: the worker makes it from its own file.
struct TrialOrder: Hashable, Sendable, Codable {
    var version = HuntMessage.version
    var run: String
    var number: Int
    /// The digest of the input that the hunt made; a worker that makes another one is another program.
    var input: String
    /// The corpus of the trial's generation.
    var corpus: [Discovery]
}

/// What became of an order.
struct TrialAnswer: Hashable, Sendable, Codable {
    var version = HuntMessage.version
    var run: String
    var number: Int
    var input: String
    /// Host and process.
    var worker: String
    /// nil where the trial could not be run.
    var summary: TrialSummary?
    /// What kept it from being run.
    var error: String?
}
