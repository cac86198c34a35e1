internal import CRdkafka

extension ClientConfiguration {
    /// Checks names and values with the library, for every kind of client, and connects nowhere.
    ///
    /// - Throws: all that is wrong, at once.
    public func check() throws(ConfigurationError) {
        for role in [ClientRole.consumer, .producer, .admin] {
            rd_kafka_conf_destroy(try libraryConfiguration(for: role))
        }
    }

    /// The library's own object for a client of that role; the caller owns it.
    func libraryConfiguration(for role: ClientRole) throws(ConfigurationError) -> OpaquePointer {
        guard let target = rd_kafka_conf_new() else {
            throw ConfigurationError(problems: [])
        }
        var problems: [ConfigurationProblem] = []
        let secrets = Secrets.values(of: self)
        for (name, value) in role.defaults {
            apply(name, value, at: "default", to: target, secrets, &problems)
        }
        for property in properties
        where !PropertyCatalog.shared.isOnlyForOther(than: role, property.name) {
            if let fixed = role.fixed.first(where: { $0.name == property.name }),
                fixed.value != property.value.lowercased()
            {
                problems.append(
                    ConfigurationProblem(
                        property: property.name, place: property.place,
                        reason: "must stay \(fixed.value): \(fixed.why)"))
                continue
            }
            apply(property.name, property.value, at: property.place, to: target, secrets, &problems)
        }
        for (name, value, _) in role.fixed {
            apply(name, value, at: "default", to: target, secrets, &problems)
        }
        if role == .producer, let problem = lingerProblem { problems.append(problem) }
        if problems.isEmpty { return target }
        rd_kafka_conf_destroy(target)
        throw ConfigurationError(problems: problems)
    }

    /// The library looks at these two when a topic is opened, and has no words for it.
    private var lingerProblem: ConfigurationProblem? {
        let names = (
            linger: ["linger.ms", "queue.buffering.max.ms"],
            timeout: ["message.timeout.ms", "delivery.timeout.ms"]
        )
        guard let linger = properties.last(where: { names.linger.contains($0.name) }),
            let lingerMs = Double(linger.value)
        else { return nil }
        let timeout = properties.last { names.timeout.contains($0.name) }
        let timeoutMs = timeout.map { Double($0.value) ?? 0 } ?? 300_000
        if timeoutMs == 0 || lingerMs < timeoutMs { return nil }
        return ConfigurationProblem(
            property: linger.name, place: linger.place,
            reason: "\(linger.value) must be less than message.timeout.ms, \(Int(timeoutMs)) ms")
    }

    private func apply(
        _ name: String, _ value: String, at place: String, to target: OpaquePointer,
        _ secrets: [String], _ problems: inout [ConfigurationProblem]
    ) {
        let buffer = ErrorText()
        let result = rd_kafka_conf_set(target, name, value, buffer.start, buffer.capacity)
        if result == RD_KAFKA_CONF_OK { return }
        var reason = Secrets.hide(secrets, in: buffer.text)
        if Secrets.isSecret(name), !value.isEmpty { reason = Secrets.hide([value], in: reason) }
        if let java = Self.javaProperties[name] {
            reason = "a property of Java clients; \(java)"
        } else if result == RD_KAFKA_CONF_UNKNOWN {
            reason = "no property of librdkafka \(LibraryVersion.text)"
            if let near = PropertyCatalog.shared.suggestion(for: name) {
                reason += "; did you mean \(near)?"
            }
        }
        problems.append(ConfigurationProblem(property: name, place: place, reason: reason))
    }

    /// Properties that files written for Java clients have, and what stands for them here.
    private static let javaProperties = [
        "sasl.jaas.config": "give sasl.username and sasl.password",
        "ssl.truststore.location": "give ssl.ca.location, a PEM file",
        "ssl.truststore.password": "give ssl.ca.location, a PEM file",
        "ssl.truststore.type": "give ssl.ca.location, a PEM file",
        "ssl.keystore.type": "ssl.keystore.location is PKCS#12 here",
        "key.serializer": "leave it out, bytes pass as they are",
        "value.serializer": "leave it out, bytes pass as they are",
        "key.deserializer": "leave it out, bytes pass as they are",
        "value.deserializer": "leave it out, bytes pass as they are",
    ]
}
