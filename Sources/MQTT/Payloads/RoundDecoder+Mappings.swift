import Devices
import Shopfloor

extension RoundDecoder {
  /// What one mapping reads, for one message.
  private struct Site {
    let device: Int
    let place: Int
    let mapping: CompiledMapping
    let message: IncomingMessage
    let payload: [UInt8]
  }

  /// Carries out one mapping on one message.
  ///
  /// - Parameter roomForElements: how many readings the lists of this message may still give.
  mutating func read(
    _ device: Int, _ place: Int, _ content: inout MessageContent, roomForElements: Int, into parts: inout MessageParts
  ) {
    let mapping = devices[device].mappings[place]
    let message = content.message
    let site = Site(
      device: device, place: place, mapping: mapping, message: message, payload: content.payload ?? [])
    guard content.payload != nil else { return refuse(site, .badPayloadTooLarge, &parts) }
    guard mapping.readsJSON else {
      var nothing: JSONSubject?
      return readPayload(site, &nothing, nil, &parts)
    }
    guard case .document(let document) = content.json() else { return readUnreadable(site, &parts) }
    if let each = mapping.each {
      return readElements(each, of: document.root, site, roomForElements, &parts)
    }
    guard mapping.isDelta else {
      var subject = JSONSubject(item: document.root)
      readSubject(&subject, site, &parts)
      return
    }
    guard document.root.kind == .object else { return refuse(site, .badPayload, &parts) }
    let overlayPlace = OverlayStore.Place(device: device, mapping: place, topic: message.topic)
    var subject = JSONSubject(
      item: document.root, overlay: overlays[overlayPlace] ?? JSONOverlay(mapping.remembered))
    guard readSubject(&subject, site, &parts) else { return }
    overlays.merge(document.root, mapping.remembered, at: overlayPlace)
  }

  private func refuse(_ site: Site, _ quality: Quality, _ parts: inout MessageParts) {
    for point in site.mapping.points { add(.bad(quality), nil, site, to: point, &parts) }
  }

  /// - Parameter ownTime: what the message says of itself, where that is credible.
  private func add(
    _ value: PointValue, _ ownTime: Timestamp?, _ site: Site, to point: CompiledPoint, _ parts: inout MessageParts
  ) {
    let isTimed = site.mapping.timePath != nil
    var marked = value
    if value.quality.isGood, site.message.isRetained {
      marked.quality = .uncertainRetained
    } else if value.quality.isGood, ownTime == nil, isTimed || backlog.mayBeOld {
      marked.quality = .uncertainDeviceTime
    }
    let received = site.message.receivedAt.utc
    let withoutOwn =
      value.quality.hasValue
      ? received : timeOfAbsence(device: site.device, isTimed: isTimed, receivedAt: received)
    parts.add(marked, time: ownTime ?? withoutOwn, to: point.parameters)
  }

  /// Points of the whole payload.
  private func readPayload(
    _ site: Site, _ subject: inout JSONSubject?, _ ownTime: Timestamp?, _ parts: inout MessageParts
  ) {
    for point in site.mapping.points where point.path == nil {
      add(point.value(ofPayload: site.payload, &subject), ownTime, site, to: point, &parts)
    }
  }

  /// No JSON: nobody can say whether the message was meant, so all its points are bad; where there was no doubt, those of
  /// the whole payload are read.
  private func readUnreadable(_ site: Site, _ parts: inout MessageParts) {
    guard site.mapping.conditions.isEmpty, site.mapping.each == nil else {
      return refuse(site, .badPayload, &parts)
    }
    var nothing: JSONSubject?
    readPayload(site, &nothing, nil, &parts)
    for point in site.mapping.points where point.path != nil { add(.bad(.badPayload), nil, site, to: point, &parts) }
  }

  // MARK: Elements

  private mutating func readElements(
    _ each: CompiledPath, of root: JSONItem, _ site: Site, _ room: Int, _ parts: inout MessageParts
  ) {
    let list = root.lookup(each)
    if case .missing = list, site.mapping.isDelta { return }
    guard let list = list.item, list.kind == .array else {
      return refuse(site, .badPayload, &parts)
    }
    var read = 0
    let mostReadings = min(room, Self.maximumElementReadings)
    for element in list.elements {
      guard read < Self.maximumElements, parts.count + site.mapping.parameters.count <= mostReadings else {
        // What is behind the bound is not read, and nobody shall think that it was not there.
        return refuse(site, .badPayloadTooLarge, &parts)
      }
      var subject = JSONSubject(item: element)
      readSubject(&subject, site, &parts)
      read += 1
    }
  }

  // MARK: A message or an element

  private func isMeant(_ subject: inout JSONSubject, _ mapping: CompiledMapping) -> Bool {
    for condition in mapping.conditions {
      guard let item = subject.lookup(condition.path).item,
        condition.texts.isEmpty || condition.texts.contains(where: { item.isPlainText($0) })
      else { return false }
    }
    return true
  }

  /// - Returns: whether it was meant.
  @discardableResult private mutating func readSubject(
    _ subject: inout JSONSubject, _ site: Site, _ parts: inout MessageParts
  ) -> Bool {
    let mapping = site.mapping
    guard isMeant(&subject, mapping) else { return false }
    let ownTime = ownTime(of: &subject, site)
    let key = key(of: &subject, site, ownTime)
    if mapping.each != nil, let key { parts.beginElement(key: key) }
    defer { parts.endElement() }
    if mapping.each == nil {
      var whole: JSONSubject? = subject
      readPayload(site, &whole, ownTime, &parts)
    }
    for point in mapping.points where point.path != nil || mapping.each != nil {
      guard let value = point.value(in: &subject, isDelta: mapping.isDelta) else { continue }
      add(value, ownTime, site, to: point, &parts)
    }
    if mapping.each == nil, let key { parts.name(key) }
    if let ownTime { parts.note(sourceTime: ownTime) }
    return true
  }

  /// Only from this message: what a message before has said is not when this one was sent.
  private mutating func ownTime(of subject: inout JSONSubject, _ site: Site) -> Timestamp? {
    guard let path = site.mapping.timePath,
      case .credible(let time)? = times[site.device][site.place]?
        .time(subject.ownLookup(path).item, receivedAt: site.message.receivedAt.utc)
    else { return nil }
    latestOwnTimes[site.device] = max(latestOwnTimes[site.device] ?? time, time)
    return time
  }

  /// The declared key, where all its parts are in this message: what was said before names the message before.
  private func key(of subject: inout JSONSubject, _ site: Site, _ ownTime: Timestamp?) -> UInt64? {
    let mapping = site.mapping
    guard !mapping.key.isEmpty else { return nil }
    var values: [ArraySlice<UInt8>] = []
    for path in mapping.key {
      guard let value = subject.ownLookup(path).item?.plainBytes, !value.isEmpty else { return nil }
      values.append(value)
    }
    let item = subject.item
    let company: MessageKey.Company =
      if let ownTime { .time(ownTime) } else { .content(mapping.each == nil ? site.payload[...] : item.written) }
    return MessageKey.explicit(
      values, kind: mapping.kind, company, device: devices[site.device].name, retained: site.message.isRetained,
      topic: site.message.topic)
  }
}
