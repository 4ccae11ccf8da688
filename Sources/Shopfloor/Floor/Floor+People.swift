extension Floor {
  func decideBadge(_ person: Person, _ scan: Scan) throws(Refusal) -> Decision {
    let state = scan.state
    let station = scan.station
    if let asked = state.awaitedWitness,
      (0...Self.witnessWaitMicroseconds).contains(scan.time.microseconds(since: asked.at))
    {
      return try decideWitness(person, asked, scan)
    }
    if state.lastWitness == person.id {
      // The scanner sends the badge again where the answer was lost: that is no handing over.
      return .accepted(
        [], "\(person.name) stood by; to take the station over, scan the LEAVE card first",
        "\(person.name) 已作为第二人确认；如需接管工位，请先扫描“离开”卡")
    }
    if state.person == person.id {
      return .accepted([], "\(person.name) is at \(station.name)", "\(person.name) 已在 \(station.name)")
    }
    if let run = state.activeRun, let present = state.person {
      throw Refusal(
        .personSecondInRun, read: "\(person.name)",
        why: Words(
          "\(people[present]?.name ?? present.text) is at this station and run \(run.id) is active",
          "\(people[present]?.name ?? present.text) 正在此工位，运行 \(run.id) 进行中"),
        remedy: Words("Scan the LEAVE card first to hand over", "交接请先扫描“离开”卡"))
    }
    guard person.rights.contains(.operate) else {
      throw Refusal(
        .personRight, read: person.name,
        why: Words("\(person.name) does not have the right \"operate\"", "\(person.name) 没有“operate”权限"),
        remedy: Words("Ask an operator to scan a badge", "请让操作员扫描工卡"))
    }
    var events: [Event] = []
    if let present = state.person {
      events.append(.personLeft(StationPerson(station: station.name, person: present)))
    }
    events.append(.personIdentified(StationPerson(station: station.name, person: person.id)))
    return .accepted(events, "Welcome, \(person.name)", "\(person.name)，您好")
  }

  // MARK: A second person

  /// How long a step waits for a second person, in microseconds.
  public static let witnessWaitMicroseconds: Int64 = 120_000_000

  /// The decision itself, or the question for a second person where the plan asks for one at this step. What would be
  /// refused was refused before: nobody is called for nothing.
  func witnessed(_ step: StationStep, _ scan: Scan, _ person: PersonID, _ decision: Decision) -> Decision {
    guard scan.station.secondPerson?.contains(step) == true, scan.witness == nil, !decision.events.isEmpty else {
      return decision
    }
    return .accepted(
      [
        .witnessAsked(
          WitnessAsked(station: scan.station.name, step: step, person: person, label: scan.label, at: scan.time))
      ],
      "\(step.words.english) asks for a second person: scan another badge",
      "\(step.words.chinese)需要第二人确认：请扫描另一人的工卡")
  }

  private func decideWitness(_ witness: Person, _ asked: WitnessAsked, _ scan: Scan) throws(Refusal) -> Decision {
    guard witness.id != asked.person else {
      throw Refusal(
        .witnessSame, read: witness.name,
        why: Words("\(asked.step.words.english) asks for a second person", "\(asked.step.words.chinese)需要第二人"),
        remedy: Words(
          "Let someone else scan a badge, or scan the CANCEL card", "请另一人扫描工卡，或扫描“取消”卡"))
    }
    guard witness.rights.contains(.operate) else {
      throw Refusal(
        .witnessRight, read: witness.name,
        why: Words("\(witness.name) does not have the right \"operate\"", "\(witness.name) 没有“operate”权限"),
        remedy: Words("Ask an operator to be the second person", "请让有操作权限的人员作为第二人"))
    }
    var again = scan
    again.label = asked.label
    again.witness = witness.id
    var decision = try carryOut(again)
    decision.events.insert(
      .stepWitnessed(
        StepWitnessed(
          station: asked.station, step: asked.step, person: asked.person, witness: witness.id,
          run: decision.events.lazy.compactMap(Self.run).first,
          material: decision.events.lazy.compactMap(Self.material).first, at: scan.time)), at: 0)
    return decision
  }

  private static func run(of event: Event) -> RunID? {
    switch event {
    case .runStarted(let run): run.id
    case .runEnded(let end): end.run
    case .materialConsumed(let use): use.run
    case .stepUndone(let undone):
      if case .consumed(let use) = undone.step { use.run } else { nil }
    default: nil
    }
  }

  private static func material(of event: Event) -> MaterialLotNumber? {
    switch event {
    case .materialConsumed(let use): use.materialLot
    case .materialReceived(let received): received.material
    case .materialPicked(let picked): picked.material
    case .stepUndone(let undone): undone.step.material
    default: nil
    }
  }
}
