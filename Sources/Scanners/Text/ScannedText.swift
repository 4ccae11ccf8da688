/// One complete label as a scanner gave it: exact bytes, and what the scanner said beside them.
public struct ScannedText: Hashable, Sendable {
  /// What is not as the configuration of the scanner says; such a label is handed on, never silently changed.
  public enum Flag: String, Hashable, Sendable, CaseIterable {
    /// The configuration names no layout: the keys were read as those of the layout `us`.
    case uncalibrated
    /// The configured prefix does not stand at the beginning.
    case prefixMissing = "prefix_missing"
    /// The configured suffix does not stand at the end.
    case suffixMissing = "suffix_missing"
    /// At least one key writes nothing in the configured layout: the text has a hole.
    case unreadableKey = "unreadable_key"
    /// Something of this label was lost or may belong to another one: reports or bytes did not all come, or came when
    /// nobody had looked for so long that where a label ends cannot be known.
    case incomplete
  }

  /// The label without terminator, prefix and suffix; a substitute for the group separator is 0x1D here. An AIM
  /// identifier that came within the text stands at the beginning.
  public var bytes: [UInt8]
  /// The label exactly as it came, without its terminator: prefix, suffix, substitute and an AIM identifier within the
  /// text stand where the scanner put them. In HID POS the data of the reports, terminator included; the AIM identifier
  /// is apart there. At most ``LabelAssembler/maximumKeptBytes``.
  public var received: [UInt8]
  /// Where the scanner gives it apart from the text ("]d2", ISO/IEC 15424): HID POS only.
  public var aimIdentifier: String?
  /// The vendor's own code for the symbology: HID POS only, nil where the scanner sends 0.
  public var vendorSymbology: UInt8?
  public var flags: Set<Flag>

  public init(
    bytes: [UInt8], received: [UInt8]? = nil, aimIdentifier: String? = nil, vendorSymbology: UInt8? = nil,
    flags: Set<Flag> = []
  ) {
    self.bytes = bytes
    self.received = received ?? bytes
    self.aimIdentifier = aimIdentifier
    self.vendorSymbology = vendorSymbology
    self.flags = flags
  }

  /// The label holds a group separator (0x1D).
  public var hasSeparator: Bool { bytes.contains(0x1D) }
}

/// What a decoder of one attached scanner found.
public enum ScanEvent: Hashable, Sendable {
  case label(ScannedText)
  /// An unfinished label was thrown away; it must be scanned again.
  case partialDropped(PartialLoss)
}

/// Why an unfinished label was thrown away.
public enum PartialLoss: String, Hashable, Sendable, CaseIterable {
  /// Nothing followed for too long.
  case stale
  /// The device went away in mid-label.
  case detached
  /// The reports of one label do not fit together.
  case broken
  /// Reports were thrown away unread, because the beginning of their label had been lost.
  case skipped
}

/// What the decoder of one attached scanner has counted. The owner adds up the counts of one device over its handles.
public struct ScanCounters: Hashable, Sendable {
  public var labels: UInt64 = 0
  /// Labels that held a group separator in any of the accepted forms.
  public var labelsWithSeparator: UInt64 = 0
  public var droppedPartials: UInt64 = 0
  /// Reports that cannot be a report of such a scanner (too short, impossible length), and roll-over reports.
  public var ignoredReports: UInt64 = 0
  /// Keys that write nothing in the configured layout; their labels carry ``ScannedText/Flag/unreadableKey``.
  public var unreadableKeys: UInt64 = 0
  /// Reports, or pieces of a serial line, thrown away unread: they came when the scanner was just taken over and had
  /// not been silent yet, or belong to a label whose beginning was lost.
  public var skippedReports: UInt64 = 0

  public init() {}

  public var labelsWithoutSeparator: UInt64 { labels - labelsWithSeparator }

  /// Labels came and none held a group separator: the scanner may be dropping it.
  public var noSeparatorSeen: Bool { labels > 0 && labelsWithSeparator == 0 }

  public static func + (left: ScanCounters, right: ScanCounters) -> ScanCounters {
    var sum = left
    sum.labels += right.labels
    sum.labelsWithSeparator += right.labelsWithSeparator
    sum.droppedPartials += right.droppedPartials
    sum.ignoredReports += right.ignoredReports
    sum.unreadableKeys += right.unreadableKeys
    sum.skippedReports += right.skippedReports
    return sum
  }

  mutating func count(_ label: ScannedText) {
    labels += 1
    if label.hasSeparator { labelsWithSeparator += 1 }
  }
}
