/// Turns the boot reports of a scanner in keyboard mode into labels. Pure, time is handed in (monotonic microseconds);
/// one decoder for each attached handle, gone with it: an unfinished label never outlives its handle.
public struct KeyDecoder: Sendable {
  private let form: ScannerTextForm
  private var typing: KeyTyping
  private var assembler: LabelAssembler
  /// What is missing in the label under way, and since when.
  private struct Hole {
    var flags: Set<ScannedText.Flag>
    var since: Int64
  }

  private var hole: Hole?
  public private(set) var counters = ScanCounters()

  public init(_ form: ScannerTextForm) {
    self.form = form
    typing = KeyTyping(layout: form.layout ?? .us, separators: form.separators)
    assembler = LabelAssembler(form.assembly)
  }

  public var hasPartial: Bool { assembler.hasPartial }

  /// Takes one report (modifiers, 0, six usages; HID 1.11, appendix B.1) that came at a time.
  public mutating func take(_ report: [UInt8], at now: Int64) -> [ScanEvent] {
    var events = passTime(now)
    guard let keys = typing.take(report) else {
      // Which keys went down or up cannot be known any more.
      counters.ignoredReports += 1
      markHole(.incomplete, at: now)
      return events
    }
    for key in keys {
      switch key {
      case .text(let bytes):
        for label in assembler.take(bytes, at: now) { events.append(finish(label)) }
      case .unreadable:
        counters.unreadableKeys += 1
        markHole(.unreadableKey, at: now)
      case .idle:
        // Before a label such a key is no more than noise; within one it may be a separator that nobody told us of.
        guard assembler.hasPartial else { continue }
        counters.unreadableKeys += 1
        markHole(.unreadableKey, at: now)
      }
    }
    return events
  }

  /// Lets time pass: an idle end, or the loss of an unfinished label.
  public mutating func passTime(_ now: Int64) -> [ScanEvent] {
    guard let deadline = assembler.deadline else {
      // A lone key long ago has nothing to do with the label that comes now.
      if let hole, now - hole.since >= form.staleMicroseconds { self.hole = nil }
      return []
    }
    guard now >= deadline else { return [] }
    let accent = typing.endText()
    if let label = assembler.expire(at: now) { return [finish(label + accent)] }
    return lost(.stale)
  }

  /// Nobody looked for reports until this time, when one was found that may have come any time before: whether the
  /// label under way had ended cannot be known. It goes on, and is spoiled.
  public mutating func heldUp(at now: Int64) {
    guard let deadline, now >= deadline else { return }
    assembler.prolong(to: now)
    markHole(.incomplete, at: now)
  }

  /// When ``passTime(_:)`` has something to do, monotonic microseconds; nil while no label is unfinished.
  public var deadline: Int64? { assembler.deadline }

  /// The device went away.
  public mutating func detached() -> [ScanEvent] {
    let hadPartial = assembler.hasPartial
    assembler.discardPartial()
    typing = KeyTyping(layout: form.layout ?? .us, separators: form.separators)
    guard hadPartial else {
      hole = nil
      return []
    }
    return lost(.detached)
  }

  // MARK: Steps

  private mutating func markHole(_ flag: ScannedText.Flag, at now: Int64) {
    hole = Hole(flags: (hole?.flags ?? []).union([flag]), since: now)
  }

  private mutating func finish(_ bytes: [UInt8]) -> ScanEvent {
    var text = form.label(in: bytes)
    if form.layout == nil { text.flags.insert(.uncalibrated) }
    if let hole { text.flags.formUnion(hole.flags) }
    hole = nil
    counters.count(text)
    return .label(text)
  }

  private mutating func lost(_ reason: PartialLoss) -> [ScanEvent] {
    hole = nil
    counters.droppedPartials += 1
    return [.partialDropped(reason)]
  }
}
