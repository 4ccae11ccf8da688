import Shopfloor

extension BatchMLRendering {
  /// Who did or signed what: for every person of the record, what they meant by it, and where it stands.
  func people(_ xml: inout XMLWriter) {
    let names = Dictionary(
      record["people"].list.compactMap { one in one["id"].text.map { ($0, one["name"].text ?? $0) } },
      uniquingKeysWith: { first, _ in first })
    var acts: [(person: String, meaning: String, entry: String, time: String?)] = []
    for event in events {
      guard let meaning = Self.meanings[event.kind] else { continue }
      let person = event.kind == "controlPlanImported" ? event.data["author"].text ?? event.person : event.person
      if let person { acts.append((person, meaning, event.id, event.renderedTime)) }
    }
    let acting = Set(acts.map(\.person))
    for person in record["people"].list.compactMap({ $0["id"].text }) where !acting.contains(person) {
      acts.append((person, "named in the record", "record", nil))
    }
    guard !acts.isEmpty else { return }
    xml.element("PersonnelIdentification") { xml in
      for (index, act) in acts.enumerated() {
        xml.element("PersonnelIdentificationManifest") { xml in
          BatchMLEntry("person \(index + 1)", "Personnel Identification Manifest", time: act.time).write(to: &xml)
          xml.leaf("RecordReference", act.entry)
          xml.leaf("Name", names[act.person].map { "\($0) (\(act.person))" } ?? act.person)
          xml.leaf("ChangeIndication", act.meaning)
        }
      }
    }
  }

  /// What a person takes responsibility for by a step.
  private static let meanings: [String: String] = [
    "runStarted": "started the run", "runEnded": "ended the run", "materialConsumed": "consumed material",
    "materialReceived": "received material", "materialPicked": "picked material",
    "materialUnpicked": "gave material back", "materialDisposed": "decided on material",
    "stepUndone": "took a step back", "stepWitnessed": "witnessed the step", "lineCleared": "cleared the line",
    "quantityReported": "counted the quantity", "measurementTaken": "measured", "lotHeld": "put the lot on hold",
    "lotHoldLifted": "lifted the hold", "alarmAcknowledged": "acknowledged the alarm",
    "alarmShelved": "shelved the alarm", "controlPlanImported": "wrote the control plan",
    "controlPlanApproved": "approved the control plan", "calibrationRecorded": "calibrated",
    "deliveryDecided": "decided on a delivery",
  ]

  /// The calibrations that the record has, with the instant at which the next one is overdue.
  func qualifications(_ xml: inout XMLWriter) {
    let calibrations = events.filter { $0.kind == "calibrationRecorded" && !$0.data.isNull }
    guard !calibrations.isEmpty else { return }
    func time(_ value: PlainJSON) -> String? { value.integer.flatMap { Timestamp(microseconds: $0).rendered } }
    xml.element("ResourceQualifications") { xml in
      for event in calibrations {
        xml.element("ResourceQualificationsManifest") { xml in
          var entry = BatchMLEntry("\(event.id) calibration", "Resource Definition Manifest", time: event.renderedTime)
          if let certificate = event.data["certificate"].text { entry.reference = ("certificate", certificate) }
          entry.write(to: &xml)
          xml.leaf("RecordReference", event.id)
          xml.leaf("ResourceID", "\(event.data["station"].text ?? "?")/\(event.data["parameter"].text ?? "?")")
          xml.leaf("ResourceUse", "measuring")
          xml.leaf("ResourceType", "Equipment")
          xml.leaf("QualificationStatus", event.data["asLeft"].text ?? "unknown")
          xml.leaf("EffectiveTimeStamp", time(event.data["performedAt"]))
          xml.leaf("ExpirationTimeStamp", time(event.data["dueAt"]))
        }
      }
    }
  }
}
