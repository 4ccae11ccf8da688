import GRDB
import Shopfloor

extension LedgerReader {
  /// The way of material from a place on, read in one transaction. Lookups only: its cost follows the answer, not the
  /// ledger.
  ///
  /// - Returns: nil where the ledger knows nothing of the place.
  public func trace(_ start: TraceStart) throws(LedgerError) -> Trace? {
    try trace(start, maximumEvents: TraceWalk.maximumEvents)
  }

  func trace(_ start: TraceStart, maximumEvents: Int) throws(LedgerError) -> Trace? {
    try ask { db in
      var walk = TraceWalk(db, maximumEvents: maximumEvents)
      switch start {
      case .lot(let lot): try walk.backward(lot)
      case .material(let material):
        try walk.forward(material)
        // Material that was made here has a way of its own.
        let made = try LotNumber(material.text)
        if try !walk.events(about: .lot(made), [.runStarted, .workOrderUpdated]).isEmpty { try walk.backward(made) }
      case .serial(let serial): try walk.units(.serial(serial))
      case .container(let container): try walk.units(.container(container))
      case .supplierLot(let number):
        for material in try walk.materials(ofSupplierLot: number) { try walk.forward(material) }
      case .order(let order): try walk.order(order)
      case .station(let station, let from, let to): try walk.station(station, from: from, to: to)
      }
      var composer = TraceComposer(walk)
      return try composer.trace()
    }
  }
}
