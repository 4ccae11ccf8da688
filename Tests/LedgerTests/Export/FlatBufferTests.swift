import Testing

@testable import Ledger

@Suite("FlatBuffers")
struct FlatBufferTests {
  /// Reads a buffer back by the rules of the format alone.
  private struct Reader {
    var bytes: [UInt8]

    func number(_ place: Int, _ size: Int) -> UInt64 {
      (0..<size).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }

    func target(_ place: Int) -> Int { place + Int(number(place, 4)) }

    /// Where a field of a table stands; nil where it is left out.
    func field(_ slot: Int, of table: Int) -> Int? {
      let vtable = table - Int(Int32(bitPattern: UInt32(number(table, 4))))
      guard 4 + 2 * slot < Int(number(vtable, 2)) else { return nil }
      let offset = Int(number(vtable + 4 + 2 * slot, 2))
      return offset == 0 ? nil : table + offset
    }

    func text(_ place: Int) -> String {
      String(decoding: bytes[(place + 4)..<(place + 4 + Int(number(place, 4)))], as: UTF8.self)
    }
  }

  @Test("a table with everything in it is read back, everything at a multiple of its size")
  func table() throws {
    let structs = (0..<32).map { UInt8($0) }
    let buffer = FlatBuffer.bytes(
      root: .init([
        (0, .byte(7)), (2, .int64(-5)), (3, .string("µm")), (5, .int16(-2)), (6, .int32(9)),
        (7, .tables([.init([(1, .string("a"))]), .init([])])), (8, .structs(count: 2, bytes: structs)),
        (9, .table(.init([(0, .int64(1))]))),
      ]))
    let reader = Reader(bytes: buffer)
    let root = reader.target(0)
    func place(_ slot: Int) throws -> Int { try #require(reader.field(slot, of: root)) }
    #expect(buffer[try place(0)] == 7)
    #expect(reader.field(1, of: root) == nil)
    #expect(reader.field(4, of: root) == nil)
    #expect(reader.field(99, of: root) == nil)
    #expect(Int64(bitPattern: reader.number(try place(2), 8)) == -5)
    #expect(try place(2) % 8 == 0)
    #expect(reader.text(reader.target(try place(3))) == "µm")
    #expect(Int16(bitPattern: UInt16(reader.number(try place(5), 2))) == -2)
    #expect(reader.number(try place(6), 4) == 9)
    #expect(try place(6) % 4 == 0)
    let vector = reader.target(try place(7))
    #expect(reader.number(vector, 4) == 2)
    let first = try #require(reader.field(1, of: reader.target(vector + 4)))
    #expect(reader.text(reader.target(first)) == "a")
    #expect(reader.field(1, of: reader.target(vector + 8)) == nil)
    let blocks = reader.target(try place(8))
    #expect((blocks + 4) % 8 == 0)
    #expect(Array(buffer[(blocks + 4)..<(blocks + 36)]) == structs)
    let inner = try #require(reader.field(0, of: reader.target(try place(9))))
    #expect(inner % 8 == 0 && reader.number(inner, 8) == 1)
  }
}
