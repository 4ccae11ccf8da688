extension LotExtract {
  /// Whether another system would book the same from both: they differ in what was told since of deliveries, alarms and the
  /// like, not in order, runs, material, values or counts.
  public func booksTheSame(as other: LotExtract) -> Bool {
    lot == other.lot && workOrder == other.workOrder && orderedQuantity == other.orderedQuantity && unit == other.unit
      && lots == other.lots && product == other.product && deviceIdentifier == other.deviceIdentifier
      && runs == other.runs && uses == other.uses && measured == other.measured && counts == other.counts
  }
}
