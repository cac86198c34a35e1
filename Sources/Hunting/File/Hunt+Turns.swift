extension Hunt {
    /// Whether records of one entity that stand on several partitions come one by one in the baseline: it must have one right
    /// end. Another system as baseline is under the schedule that the hunt's own is under.
    var feedsBaselineInTurn: Bool {
        if case .unperturbed = baseline { input.when == .ready } else { false }
    }
}
