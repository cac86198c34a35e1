import Configuration
import Perturbation

extension TopologyReader {
    /// A plan of the proxy, written out.
    func topicPlan(_ element: Element) -> TopicPlan? {
        guard let plan = Plan.read(element) else { return nil }
        guard case .mapping(let entries) = element.node.content else { return nil }
        let unused = ["sample", "mask", "stamp"]
        for entry in entries where unused.contains(entry.name) {
            element.problem(
                "\(entry.name) has no meaning in a simulation", accepted: "leave it away")
        }
        if plan.window.maxWait == nil {
            element.problem(
                "its last window would stay open for ever",
                accepted: "write maxWait: 1s in window, or leave it away")
        }
        return TopicPlan(plan, followsSeed: !entries.contains { $0.name == "seed" })
    }

    func checkPerturbed(_ topology: Topology) {
        for queue in topology.queues where queue.perturb != nil {
            let fed = topology.sources.contains {
                $0.queue == queue.name && $0.arrivals == .backlog
            }
            guard fed else { continue }
            root["queues"]?.problem(
                "\(queue.name) is perturbed, and a backlog has its messages ready at once",
                accepted: "write arrivals: together")
        }
    }
}
