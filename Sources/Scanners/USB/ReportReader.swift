/// Turns the reports of one attached scanner into labels, in the mode it was taken in. Gone with its handle.
enum ReportReader: Sendable {
  case keyboard(KeyDecoder)
  case pointOfSale(PointOfSaleAssembler)

  var mode: ScannerMode {
    switch self {
    case .keyboard: .keyboard
    case .pointOfSale: .pointOfSale
    }
  }

  var counters: ScanCounters {
    switch self {
    case .keyboard(let decoder): decoder.counters
    case .pointOfSale(let assembler): assembler.counters
    }
  }

  /// When ``passTime(_:)`` has something to do, monotonic microseconds.
  var deadline: Int64? {
    switch self {
    case .keyboard(let decoder): decoder.deadline
    case .pointOfSale(let assembler): assembler.deadline
    }
  }

  /// Where the fields of its reports stand, for the next handle of the same device.
  var variant: PointOfSaleAssembler.Variant? {
    if case .pointOfSale(let assembler) = self { assembler.variant } else { nil }
  }

  mutating func take(_ report: [UInt8], at now: Int64) -> [ScanEvent] {
    change { decoder in
      decoder.take(report, at: now)
    } or: { assembler in
      assembler.take(report, at: now)
    }
  }

  /// Nobody looked for reports until this time, when one was found that may have come any time before. What only a
  /// gap decides cannot be known then.
  mutating func heldUp(at now: Int64) {
    if case .keyboard(var decoder) = self {
      decoder.heldUp(at: now)
      self = .keyboard(decoder)
    }
  }

  /// Must not be called while a report waits: it came before the time that is let pass.
  mutating func passTime(_ now: Int64) -> [ScanEvent] {
    change { decoder in
      decoder.passTime(now)
    } or: { assembler in
      assembler.passTime(now)
    }
  }

  /// The device went away: what stands unfinished goes with it.
  mutating func detached() -> [ScanEvent] {
    change { decoder in
      decoder.detached()
    } or: { assembler in
      assembler.detached()
    }
  }

  private mutating func change(
    _ keyboard: (inout KeyDecoder) -> [ScanEvent], or pointOfSale: (inout PointOfSaleAssembler) -> [ScanEvent]
  ) -> [ScanEvent] {
    switch self {
    case .keyboard(var decoder):
      defer { self = .keyboard(decoder) }
      return keyboard(&decoder)
    case .pointOfSale(var assembler):
      defer { self = .pointOfSale(assembler) }
      return pointOfSale(&assembler)
    }
  }
}
