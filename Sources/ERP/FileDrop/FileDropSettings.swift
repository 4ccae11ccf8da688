/// Folders that are exchanged with an ERP's import and export jobs.
public struct FileDropSettings: Hashable, Sendable {
  /// What the importer reads.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// The records as they are, `KEY.json`.
    case json
    /// The same, and beside each a BatchML document, `KEY.xml`, that says it in the words of the standard. The JSON is
    /// what was sealed: without it, the proof would be lost.
    case batchML = "batchml"
  }

  /// Records go there; must exist and belong to one daemon.
  public var outboundFolder: String
  /// Work documents come from there; nil: none are read. `done` and `refused` are made inside it.
  public var inboundFolder: String?
  public var format: Format
  /// True: a record counts as delivered when the importer has written its `.ack` file; false: when it is in the folder.
  public var awaitsAcknowledgement: Bool
  /// A work document that cannot be read and is younger than this may still be being written, in microseconds.
  public var settleMicroseconds: Int64

  public init(
    outboundFolder: String, inboundFolder: String? = nil, format: Format = .json, awaitsAcknowledgement: Bool = false,
    settleMicroseconds: Int64 = 10_000_000
  ) {
    self.outboundFolder = outboundFolder
    self.inboundFolder = inboundFolder
    self.format = format
    self.awaitsAcknowledgement = awaitsAcknowledgement
    self.settleMicroseconds = settleMicroseconds
  }
}
