import Devices
import Shopfloor

extension PlanLearner {
  /// Draws the conclusions of a poll. Nothing is learned from a poll in which nothing was answered: a device that
  /// refuses everything is starting up, or is not the one that the profile describes.
  ///
  /// - Returns: whether ``learned`` is other than before.
  mutating func finishPoll(now: Int64) -> Bool {
    let intervals = poll.dueIntervals
    let isQuiet =
      poll.refusedCount == 0 && poll.answeredProbes.isEmpty
      && (suspicions.isEmpty || suspicions[intervals] == nil)
    if isQuiet {
      if poll.answered > 0 { trust = .answers }
      return false
    }
    for place in poll.refusedProbes { postponeProbe(place, now: now) }
    guard poll.answered > 0 else {
      if poll.refusedCount > 0 { trust = .refusesEverything }
      return false
    }
    trust = .answers
    let before = learned
    unlearnProbes()
    var suspicion = suspicions[intervals] ?? Suspicion()
    if !poll.guilty.isEmpty { suspicion.sawGuilty = true }
    learnGuilty(now: now)
    setApartLiving(&suspicion)
    if poll.refusals.isEmpty {
      guard poll.isWhole else { return learned != before }
      conclude(suspicion)
      suspicions[intervals] = nil
    } else {
      for refusal in poll.refusals { draw(refusal, &suspicion) }
      if suspicions.count >= Self.maximumRememberedPlans, suspicions[intervals] == nil { suspicions.removeAll() }
      suspicions[intervals] = suspicion
    }
    forgetPlans()
    return learned != before
  }

  // MARK: Inside

  private mutating func unlearnProbes() {
    guard !poll.answeredProbes.isEmpty else { return }
    let readable = Set(poll.answeredProbes)
    learn { learned in learned.unreadable.removeAll { PlanPlace($0).map(readable.contains) ?? true } }
    for place in readable { forgetProbe(place) }
  }

  /// Points that were refused alone, in a poll in which the device answered others, often enough.
  private mutating func learnGuilty(now: Int64) {
    for (place, exception) in poll.guilty {
      guard sightings.count < DeviceLimitsLearned.maximumUnreadable else { break }
      sightings[place, default: 0] += 1
      guard sightings[place, default: 0] >= Self.refusalsBeforeLearning else { continue }
      sightings[place] = nil
      add(place, exception)
      postponeProbe(place, now: now)
    }
  }

  /// The one point that was answered is asked alone from now on, so that every poll of the search has an answer.
  private func setApartLiving(_ suspicion: inout Suspicion) {
    guard let living = poll.livingPlace else { return }
    let items = planner.items(of: due(poll.dueIntervals)).filter { $0.table == living.table && !$0.isAlone }
    guard let index = items.firstIndex(where: { $0.addresses == living.addresses }) else { return }
    for item in items[index...].prefix(2) {
      suspicion.cuts.insert(TableAddress(table: item.table, address: item.hull.lowerBound))
    }
  }

  private mutating func add(_ place: PlanPlace, _ exception: UInt8) {
    guard learned.unreadable.count < DeviceLimitsLearned.maximumUnreadable else { return }
    learn { learned in
      learned.unreadable.removeAll { PlanPlace($0) == place }
      learned.unreadable.append(
        .init(
          table: place.table.rawValue, address: place.addresses.lowerBound, count: place.addresses.count,
          exception: exception))
    }
  }

  /// A refused block of which every part was answered says something about holes, sizes or borders; any other is
  /// searched further.
  private mutating func draw(_ refusal: PollLessons.Refusal, _ suspicion: inout Suspicion) {
    let table = refusal.request.table
    guard refusal.outstanding == 0, !refusal.isCutShort, !refusal.hasGuilty else {
      suspicion.cuts.formUnion(refusal.cuts)
      if refusal.exception != 3 { suspicion.isOnlySize = false }
      if table.holdsRegisters {
        suspicion.smallestRefusedRegisters = min(suspicion.smallestRefusedRegisters, refusal.smallestRefused)
      } else {
        suspicion.smallestRefusedBits = min(suspicion.smallestRefusedBits, refusal.smallestRefused)
      }
      return
    }
    if !refusal.holes.isEmpty {
      learnHoles(refusal)
    } else if refusal.exception == 3, learnSize(table, refused: refusal.smallestRefused) {
      return
    } else {
      keepApart(refusal.cuts)
    }
  }

  private mutating func learnHoles(_ refusal: PollLessons.Refusal) {
    let table = refusal.request.table
    let holes = refusal.holes.flatMap { planner.ground.holes(in: $0, of: table) }
    guard !holes.isEmpty else {
      // It ran only over points of other intervals: which of them is refused shows when they are due.
      keepApart(refusal.cuts)
      return
    }
    let places = Set(planner.items(of: allPoints).map(PlanPlace.init))
    let known = learned.unreadable.compactMap(PlanPlace.init).filter { !places.contains($0) }
    if holes.count > 1 || known.count + 1 >= Self.refusedHolesBeforeNone {
      learn { $0.refusesGaps = true }
    } else {
      add(PlanPlace(table: table, addresses: holes[0]), refusal.exception)
    }
  }

  /// The largest request that was answered becomes the limit, unless one as large as the refused was answered too.
  private mutating func learnSize(_ table: RegisterTable, refused: Int) -> Bool {
    let largest = table.holdsRegisters ? poll.largestAnsweredRegisters : poll.largestAnsweredBits
    guard largest > 0, largest < refused else { return false }
    learn { learned in
      if table.holdsRegisters { learned.maximumRegisters = largest } else { learned.maximumBits = largest }
    }
    return true
  }

  /// The cuts of the search work: nothing was refused any more.
  private mutating func conclude(_ suspicion: Suspicion) {
    guard !suspicion.cuts.isEmpty, !suspicion.sawGuilty else { return }
    var explained = false
    if suspicion.isOnlySize {
      for (table, refused) in [
        (RegisterTable.holding, suspicion.smallestRefusedRegisters), (.coil, suspicion.smallestRefusedBits),
      ] where refused < .max {
        explained = learnSize(table, refused: refused) || explained
      }
    }
    if !explained { keepApart(suspicion.cuts) }
  }

  private mutating func keepApart(_ cuts: Set<TableAddress>) {
    for cut in cuts {
      boundarySightings[cut, default: 0] += 1
      if boundarySightings[cut, default: 0] >= Self.refusalsBeforeLearning { boundaries.insert(cut) }
    }
  }
}
