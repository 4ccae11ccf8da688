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
    var received: Timestamp { message.receivedAt.utc }
  }

  /// Carries out one mapping on one message.
  ///
  /// - Parameter roomForElements: how many readings the lists of this message may still give.
  mutating func read(
    _ device: Int, _ place: Int, _ content: inout MessageContent, roomForElements: Int, into parts: inout MessageParts
  ) {
    let mapping = devices[device].mappings[place]
    let message = content.message
    guard let payload = content.payload else {
      return Self.refuse(mapping, .badPayloadTooLarge, message, &parts)
    }
    let site = Site(device: device, place: place, mapping: mapping, message: message, payload: payload)
    guard mapping.readsJSON else {
      var nothing: JSONSubject?
      return readPayload(site, &nothing, &parts)
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
    guard document.root.kind == .object else { return Self.refuse(mapping, .badPayload, message, &parts) }
    let overlayPlace = OverlayStore.Place(device: device, mapping: place, topic: message.topic)
    var subject = JSONSubject(
      item: document.root, overlay: overlays[overlayPlace] ?? JSONOverlay(mapping.remembered))
    guard readSubject(&subject, site, &parts) else { return }
    overlays.merge(document.root, mapping.remembered, at: overlayPlace)
  }

  private static func refuse(
    _ mapping: CompiledMapping, _ quality: Quality, _ message: IncomingMessage, _ parts: inout MessageParts
  ) {
    for point in mapping.points { parts.add(.bad(quality), time: message.receivedAt.utc, to: point.parameters) }
  }

  /// Points of the whole payload; their time is that of receipt.
  private func readPayload(_ site: Site, _ subject: inout JSONSubject?, _ parts: inout MessageParts) {
    for point in site.mapping.points where point.path == nil {
      let value = point.value(ofPayload: site.payload, &subject)
      parts.add(Self.marked(value, site.message, isTimeDoubtful: false), time: site.received, to: point.parameters)
    }
  }

  /// No JSON: nobody can say whether the message was meant, so all its points are bad; where there was no doubt, those of
  /// the whole payload are read.
  private func readUnreadable(_ site: Site, _ parts: inout MessageParts) {
    guard site.mapping.conditions.isEmpty, site.mapping.each == nil else {
      return Self.refuse(site.mapping, .badPayload, site.message, &parts)
    }
    var nothing: JSONSubject?
    readPayload(site, &nothing, &parts)
    for point in site.mapping.points where point.path != nil {
      parts.add(.bad(.badPayload), time: site.received, to: point.parameters)
    }
  }

  // MARK: Elements

  private mutating func readElements(
    _ each: CompiledPath, of root: JSONItem, _ site: Site, _ room: Int, _ parts: inout MessageParts
  ) {
    let list = root.lookup(each)
    if case .missing = list, site.mapping.isDelta { return }
    guard let list = list.item, list.kind == .array else {
      return Self.refuse(site.mapping, .badPayload, site.message, &parts)
    }
    var read = 0
    let mostReadings = min(room, Self.maximumElementReadings)
    for element in list.elements {
      guard read < Self.maximumElements, parts.count + site.mapping.parameters.count <= mostReadings else {
        // What is behind the bound is not read, and nobody shall think that it was not there.
        return Self.refuse(site.mapping, .badPayloadTooLarge, site.message, &parts)
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
    var time: DeviceTime?
    if let path = mapping.timePath {
      // What a message before has said is not when this one was sent.
      time = times[site.device][site.place]?.time(subject.ownLookup(path).item, receivedAt: site.received)
    }
    var sourceTime: Timestamp?
    if case .credible(let credible)? = time { sourceTime = credible }
    let key = key(of: &subject, site, sourceTime)
    if mapping.each != nil, let key { parts.beginElement(key: key) }
    defer { parts.endElement() }
    if mapping.each == nil {
      var whole: JSONSubject? = subject
      readPayload(site, &whole, &parts)
    }
    for point in mapping.points where point.path != nil || mapping.each != nil {
      guard let value = point.value(in: &subject, isDelta: mapping.isDelta) else { continue }
      let marked = Self.marked(value, site.message, isTimeDoubtful: time == .incredible)
      parts.add(marked, time: sourceTime ?? site.received, to: point.parameters)
    }
    if mapping.each == nil, let key { parts.name(key) }
    if let sourceTime { parts.note(sourceTime: sourceTime) }
    return true
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

  private static func marked(_ value: PointValue, _ message: IncomingMessage, isTimeDoubtful: Bool) -> PointValue {
    guard value.quality.isGood else { return value }
    var marked = value
    if message.isRetained {
      marked.quality = .uncertainRetained
    } else if isTimeDoubtful {
      marked.quality = .uncertainDeviceTime
    }
    return marked
  }
}
