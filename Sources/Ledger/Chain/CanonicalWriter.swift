/// Appends JSON objects whose keys the caller gives in their sorted order.
struct CanonicalWriter {
  private(set) var bytes: [UInt8] = []
  private(set) var needsEscapes = false

  init() { bytes.reserveCapacity(512) }

  /// An object or array whose elements follow, or that has none.
  mutating func object() { bytes.append(UInt8(ascii: "{")) }
  mutating func array<Elements: Collection>(_ elements: Elements, _ write: (inout Self, Elements.Element) -> Void) {
    bytes.append(UInt8(ascii: "["))
    var isFirst = true
    for element in elements {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      write(&self, element)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// The first field of an object opens it.
  mutating func begin(_ key: StaticString, text: String) {
    bytes.append(UInt8(ascii: "{"))
    self.key(key)
    self.text(text)
  }

  mutating func begin(_ key: StaticString, integer: Int64) {
    bytes.append(UInt8(ascii: "{"))
    self.key(key)
    self.integer(integer)
  }

  mutating func begin(_ key: StaticString, boolean: Bool) {
    bytes.append(UInt8(ascii: "{"))
    self.key(key)
    self.boolean(boolean)
  }

  /// A field that is an object; its own first field follows.
  mutating func open(_ key: StaticString) {
    bytes.append(UInt8(ascii: ","))
    self.key(key)
  }

  mutating func close() { bytes.append(UInt8(ascii: "}")) }

  mutating func field(_ key: StaticString, text: String) {
    open(key)
    self.text(text)
  }

  mutating func field(_ key: StaticString, integer: Int64) {
    open(key)
    self.integer(integer)
  }

  mutating func field(_ key: StaticString, boolean: Bool) {
    open(key)
    self.boolean(boolean)
  }

  private mutating func boolean(_ value: Bool) {
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  /// The shortest digits that read back as the same number; a whole number has no fraction.
  mutating func field(_ key: StaticString, number: Double) {
    open(key)
    self.number(number)
  }

  /// A number that is not finite has no form in JSON; what is rarely there is left to the general encoder.
  private(set) var isLeft = false

  mutating func leave() { isLeft = true }

  mutating func begin(_ key: StaticString, number: Double) {
    object()
    self.key(key)
    self.number(number)
  }

  private mutating func number(_ number: Double) {
    if !number.isFinite { isLeft = true }
    let digits = number.description
    bytes.append(contentsOf: digits.hasSuffix(".0") ? digits.utf8.dropLast(2) : digits.utf8[...])
  }

  mutating func key(_ key: StaticString) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes.append(contentsOf: "\":".utf8)
  }

  mutating func text(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    for byte in bytes[start...]
    where byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      needsEscapes = true
    }
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func integer(_ value: Int64) { bytes.append(contentsOf: String(value).utf8) }
}
