import Configuration

/// What is replaced by keyed tokens before a record goes anywhere. Data; the module Masking does it.
///
/// The key is no part of it: a resolved plan has the key's fingerprint.
public struct MaskPlan: Hashable, Sendable {
    /// Which key the tokens are made with; nil where none was given yet.
    public var fingerprint: String?
    /// How record keys are replaced; the first that is for a topic counts.
    public var keys: [KeyMask]
    /// In the order of the file; the first that matches a header counts.
    public var headers: [HeaderMask]
    /// In the order of the file; the first that matches a field counts.
    public var fields: [FieldMask]
    public var onUnparsable: Unparsable

    /// What is put in the place of a value.
    public enum Form: String, Hashable, Sendable, CaseIterable {
        /// 32 hexadecimal digits.
        case token
        /// Digits for digits; a number stays one.
        case digits
        /// An address at a domain that cannot exist.
        case email
        case uuid
        /// null.
        case redact
    }

    /// What becomes of a value that has fields to be masked and is no JSON.
    public enum Unparsable: String, Hashable, Sendable, CaseIterable {
        /// The record is left out as one that is sampled out.
        case drop
        /// The value is replaced.
        case redact
        /// It passes as it is.
        case pass
    }

    public struct KeyMask: Hashable, Sendable {
        public var topics: [Glob]?
        public var form: Form

        public init(topics: [Glob]? = nil, form: Form) {
            self.topics = topics
            self.form = form
        }
    }

    public struct HeaderMask: Hashable, Sendable {
        public var name: Glob
        public var topics: [Glob]?
        public var form: Form

        public init(name: Glob, topics: [Glob]? = nil, form: Form = .token) {
            self.name = name
            self.topics = topics
            self.form = form
        }
    }

    public struct FieldMask: Hashable, Sendable {
        public var path: MaskPath
        public var topics: [Glob]?
        public var form: Form

        public init(path: MaskPath, topics: [Glob]? = nil, form: Form = .token) {
            self.path = path
            self.topics = topics
            self.form = form
        }
    }

    public init(
        keys: [KeyMask] = [], headers: [HeaderMask] = [], fields: [FieldMask] = [],
        onUnparsable: Unparsable = .redact, fingerprint: String? = nil
    ) {
        self.keys = keys
        self.headers = headers
        self.fields = fields
        self.onUnparsable = onUnparsable
        self.fingerprint = fingerprint
    }
}
