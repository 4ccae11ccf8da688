import GRDB
import Shopfloor

extension LedgerReader {
  /// The tree of what became of a lot, or of what it was made of. Lookups only: its cost follows the answer.
  ///
  /// - Parameter maximumLevels: at most ``Genealogy/maximumLevels``.
  /// - Returns: nil where the ledger knows nothing of the lot.
  public func genealogy(
    of start: GenealogyStart, _ direction: Genealogy.Direction, maximumLevels: Int = Genealogy.maximumLevels
  ) throws(LedgerError) -> Genealogy? {
    try genealogy(of: start, direction, maximumLevels: maximumLevels, maximumNodes: Genealogy.maximumNodes)
  }

  func genealogy(
    of start: GenealogyStart, _ direction: Genealogy.Direction, maximumLevels: Int, maximumNodes: Int
  ) throws(LedgerError) -> Genealogy? {
    try ask { db in
      var walk = GenealogyWalk(
        db, direction, maximumLevels: min(maximumLevels, Genealogy.maximumLevels), maximumNodes: maximumNodes)
      return try walk.tree(from: start)
    }
  }
}

/// Goes level by level, so that every lot stands at its shortest distance.
private struct GenealogyWalk {
  private struct Place: Hashable {
    var kind: Genealogy.Kind
    var number: String
  }

  private var walk: TraceWalk
  private var tree: Genealogy
  private let maximumLevels: Int
  private let maximumNodes: Int
  private var places: [Place: Int] = [:]

  init(_ db: Database, _ direction: Genealogy.Direction, maximumLevels: Int, maximumNodes: Int) {
    walk = TraceWalk(db)
    tree = Genealogy(direction: direction)
    self.maximumLevels = maximumLevels
    self.maximumNodes = maximumNodes
  }

  mutating func tree(from start: GenealogyStart) throws -> Genealogy? {
    let first =
      switch start {
      case .lot(let lot): Place(kind: .productLot, number: lot.text)
      case .material(let material): Place(kind: .materialLot, number: material.text)
      }
    guard try isKnown(first) else { return nil }
    _ = try node(first, level: 0)
    var current = 0
    while current < tree.nodes.count {
      let level = tree.nodes[current].level
      let next = try step(from: current)
      // The last level is looked beyond, so that an end can be told from a cut.
      if level >= maximumLevels, !next.isEmpty {
        tree.isCutOff = true
      } else {
        for (place, runs) in next {
          guard let to = try node(place, level: level + 1) else { continue }
          tree.links.append(Genealogy.Link(from: current, to: to, runs: runs))
        }
      }
      current += 1
    }
    tree.links.sort { ($0.from, $0.to) < ($1.from, $1.to) }
    tree.isCutOff = tree.isCutOff || walk.isCutOff
    return tree
  }

  private mutating func isKnown(_ place: Place) throws -> Bool {
    switch place.kind {
    case .productLot: try !walk.events(about: .lot(LotNumber(place.number)), Self.lotKinds).isEmpty
    case .materialLot:
      try !walk.events(
        about: .material(MaterialLotNumber(place.number)),
        TraceWalk.masterKinds + [.materialReceived, .materialConsumed]
      ).isEmpty
    }
  }

  /// The place of a lot in the tree; nil where the tree is full.
  private mutating func node(_ place: Place, level: Int) throws -> Int? {
    if let known = places[place] { return known }
    guard tree.nodes.count < maximumNodes else {
      tree.isCutOff = true
      return nil
    }
    places[place] = tree.nodes.count
    tree.nodes.append(try described(place, level))
    return tree.nodes.count - 1
  }

  // MARK: Steps

  private mutating func step(from node: Int) throws -> [(Place, [RunID])] {
    let number = tree.nodes[node].number
    switch (tree.nodes[node].kind, tree.direction) {
    case (.materialLot, .forward): return try madeWith(MaterialLotNumber(number))
    case (.materialLot, .backward):
      // Material that was made here has a way of its own.
      return try walk.asLot(MaterialLotNumber(number)).map { [(Place(kind: .productLot, number: $0.text), [])] } ?? []
    case (.productLot, .forward):
      return try walk.asMaterial(LotNumber(number)).map { [(Place(kind: .materialLot, number: $0.text), [])] } ?? []
    case (.productLot, .backward): return try consumed(by: LotNumber(number))
    }
  }

  private mutating func madeWith(_ material: MaterialLotNumber) throws -> [(Place, [RunID])] {
    let moves = try walk.events(about: .material(material), [.materialConsumed, .stepUndone])
    var runs: [LotNumber: [RunID]] = [:]
    var seen: Set<RunID> = []
    for case .materialConsumed(let use) in TraceWalk.standing(moves).map(\.event) where seen.insert(use.run).inserted {
      for lot in try walk.run(use.run)?.lots ?? [] { runs[lot, default: []].append(use.run) }
    }
    return runs.sorted { $0.key < $1.key }.map { (Place(kind: .productLot, number: $0.key.text), $0.value) }
  }

  private mutating func consumed(by lot: LotNumber) throws -> [(Place, [RunID])] {
    var runs: [MaterialLotNumber: [RunID]] = [:]
    for case .runStarted(let run) in try walk.events(about: .lot(lot), [.runStarted]).map(\.event) {
      for material in try walk.consumption(in: run.id) { runs[material, default: []].append(run.id) }
    }
    return runs.sorted { $0.key < $1.key }.map { (Place(kind: .materialLot, number: $0.key.text), $0.value) }
  }

  // MARK: Words

  private static let lotKinds: [EventKind] = [
    .workOrderUpdated, .lotHeld, .lotHoldLifted, .lotCompleted, .runStarted,
  ]

  private mutating func described(_ place: Place, _ level: Int) throws -> Genealogy.Node {
    var node = Genealogy.Node(kind: place.kind, number: place.number, level: level)
    switch place.kind {
    case .productLot:
      for record in try walk.events(about: .lot(LotNumber(place.number)), Self.lotKinds) {
        switch record.event {
        case .workOrderUpdated(let order):
          node.item = order.product
          node.customer = order.customer
        case .lotCompleted(let done): node.completedAt = done.at
        case .lotHeld(let hold): node.hold = hold.reason
        case .lotHoldLifted: node.hold = nil
        default: break
        }
      }
    case .materialLot:
      let material = try MaterialLotNumber(place.number)
      if case .materialLotUpdated(let known)? = try walk.latest(.materialLotUpdated, about: .material(material)) {
        node.item = known.item
        node.supplierLot = known.supplierLot
        node.status = known.status
      } else if case .materialReceived(let received)? = try walk.latest(.materialReceived, about: .material(material)) {
        node.item = received.item
        node.supplierLot = received.supplierLot
      }
    }
    return node
  }
}
