import Devices
import Shopfloor

extension PlanLearner {
  /// A block was answered with data.
  mutating func answered(_ block: ReadBlock) {
    poll.answered += 1
    if block.request.table.holdsRegisters {
      poll.largestAnsweredRegisters = max(poll.largestAnsweredRegisters, block.request.count)
    } else {
      poll.largestAnsweredBits = max(poll.largestAnsweredBits, block.request.count)
    }
    switch block.purpose {
    case .planned: break
    case .signOfLife: poll.livingPlace = planner.items(of: block.points).first.map(PlanPlace.init)
    case .piece(let number): poll.refusals[number].outstanding -= 1
    case .probe: poll.answeredProbes += planner.items(of: block.points).map(PlanPlace.init)
    }
    guard !sightings.isEmpty else { return }
    let end = block.request.address + block.request.count
    for place in sightings.keys
    where place.table == block.request.table && block.request.address <= place.addresses.lowerBound
      && place.addresses.upperBound <= end
    {
      sightings[place] = nil
    }
  }

  /// A block was refused. Exceptions 2 and 3 speak of its addresses and its size (Modbus Application Protocol V1.1b3, 7):
  /// holes are dropped first, then the block is halved until the point that the device refuses stands alone.
  mutating func refused(_ block: ReadBlock, exception: UInt8) -> RefusalAnswer {
    guard exception == 2 || exception == 3 else { return .fail(alsoAsk: []) }
    poll.refusedCount += 1
    let number: Int
    switch block.purpose {
    case .probe:
      poll.refusedProbes += planner.items(of: block.points).map(PlanPlace.init)
      return .fail(alsoAsk: [])
    case .signOfLife: return .fail(alsoAsk: [])
    case .piece(let refusal):
      number = refusal
      poll.refusals[number].outstanding -= 1
    case .planned:
      number = poll.refusals.count
      poll.refusals.append(
        PollLessons.Refusal(request: block.request, exception: exception, smallestRefused: block.request.count))
    }
    if poll.answered == 0, isDoubtful {
      poll.refusals[number].isCutShort = true
      return .fail(alsoAsk: signOfLife(block))
    }
    return narrow(block, exception, number)
  }

  // MARK: Inside

  private var isDoubtful: Bool {
    switch trust {
    case .answers: false
    case .unknown: poll.refusedCount > Self.refusalsBeforeDoubt
    case .refusesEverything: true
    }
  }

  private mutating func narrow(_ block: ReadBlock, _ exception: UInt8, _ number: Int) -> RefusalAnswer {
    let items = planner.items(of: block.points)
    let table = block.request.table
    guard items.count > 1 else {
      poll.guilty[PlanPlace(items[0])] = exception
      poll.refusals[number].hasGuilty = true
      return .fail(alsoAsk: [])
    }
    poll.refusals[number].smallestRefused = min(poll.refusals[number].smallestRefused, block.request.count)
    let holes = planner.holes(of: block)
    let isPart = block.purpose != .planned
    var pieces: [ReadBlock]
    if !holes.isEmpty, exception == 2 || isPart {
      poll.refusals[number].holes += holes
      pieces = planner.blocks(items, fills: false, purpose: .piece(number))
    } else {
      let middle = Self.middle(items)
      pieces =
        planner.blocks(Array(items[..<middle]), purpose: .piece(number))
        + planner.blocks(Array(items[middle...]), purpose: .piece(number))
    }
    poll.refusals[number].cuts.formUnion(
      pieces.dropFirst().map { TableAddress(table: table, address: $0.request.address) })
    guard poll.extraRequests + pieces.count <= Self.maximumExtraRequestsPerPoll else {
      poll.refusals[number].isCutShort = true
      return .fail(alsoAsk: [])
    }
    poll.askFurther(pieces.count)
    poll.refusals[number].outstanding += pieces.count
    return .replace(pieces)
  }

  /// The first item of the second half, by addresses.
  private static func middle(_ items: [PlanItem]) -> Int {
    let lower = items[0].hull.lowerBound
    let centre = (lower + (items.last?.hull.upperBound ?? lower)) / 2
    let index = items.firstIndex { $0.hull.lowerBound >= centre } ?? items.count - 1
    return min(max(index, 1), items.count - 1)
  }

  /// One point of a refused block alone, in turn, and at most one a poll: the first answer ends the doubt.
  private mutating func signOfLife(_ block: ReadBlock) -> [ReadBlock] {
    let items = planner.items(of: block.points)
    guard !poll.askedSignOfLife, items.count > 1 else { return [] }
    poll.askedSignOfLife = true
    poll.ask(1)
    signOfLifeCursor &+= 1
    let item = items[signOfLifeCursor % items.count]
    let points = item.points.map { MappedPoint(point: $0.point, parameters: []) }
    return [planner.block(item.hull, points, item.table, .signOfLife)]
  }
}

extension PollDecoder {
  /// Takes the refusal of a block: it is narrowed down within this poll, or recorded as failed.
  mutating func refuse(_ index: Int, exception: UInt8, learner: inout PlanLearner, at time: Timestamp) {
    switch learner.refused(blocks[index], exception: exception) {
    case .replace(let pieces): replace(index, with: pieces)
    case .fail(let alsoAsk):
      fail(index, .badDeviceException, detail: UInt16(exception), at: time)
      append(alsoAsk)
    }
  }
}
