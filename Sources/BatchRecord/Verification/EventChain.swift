/// The excerpt of the events: ascending sequences up to the anchor, and hashes that chain where neighbours are present.
enum EventChain {
  static func check(_ record: DocumentPlace) throws(Misfit) {
    let ledger = try record.member("ledger")
    let throughSequence = try ledger.member("throughSequence").integer()
    let throughHash = try ledger.member("throughHash").hexadecimal(byteCount: Digest.byteCount)
    var previous: (sequence: Int64, hash: [UInt8])?
    for event in try record.member("events").elements() {
      let sequencePlace = try event.member("sequence")
      let sequence = try sequencePlace.integer()
      let hashPlace = try event.member("hash")
      let hash = try hashPlace.hexadecimal(byteCount: Digest.byteCount)
      let lowest = (previous?.sequence ?? 0) + 1
      guard sequence >= lowest, sequence <= throughSequence else {
        throw sequencePlace.misfit("a sequence from \(lowest) to \(throughSequence)")
      }
      if let previous, previous.sequence + 1 == sequence, let bytes = try storedBytes(of: event) {
        let expected = Digest.sha256(of: previous.hash + bytes)
        guard hash == expected else { throw hashPlace.misfit(Hexadecimal.text(of: expected)) }
      }
      if sequence == throughSequence, hash != throughHash {
        throw hashPlace.misfit("the hash of the anchor, " + Hexadecimal.text(of: throughHash))
      }
      previous = (sequence, hash)
    }
  }

  /// The bytes that the hash covers; nil where they are withheld.
  private static func storedBytes(of event: DocumentPlace) throws(Misfit) -> [UInt8]? {
    if let text = try event.member("canonical").present { return Array(try text.text().utf8) }
    guard case .object(let object) = event.value, object["canonicalHex"] != nil else { return nil }
    let place = try event.member("canonicalHex")
    guard let bytes = Hexadecimal.bytes(of: try place.text()) else { throw place.misfit("bytes in hexadecimal") }
    return bytes
  }
}
