import Foundation
import Harness
import Testing

@testable import Symbols

/// Debian's ZXing-C++, which knows nothing of our code, reads what we draw.
struct SymbolDecoder {
  static let program = "/usr/bin/ZXingReader"
  /// Pictures a call, so that a command line stays short.
  static let picturesPerCall = 50

  /// Reads each symbol from a picture of its own.
  ///
  /// - Returns: what was read as "FORMAT TEXT" with `<GS>` and the like for what is no letter; "" for what was not read.
  static func read(_ matrices: [ModuleMatrix]) throws -> [String] {
    let folder = try TemporaryFolder("symbols")
    var names: [String] = []
    for (index, matrix) in matrices.enumerated() {
      let file = folder.file("\(index).pgm")
      try Data(Picture(matrix).portableGreyMap).write(to: file)
      names.append(file.path)
    }
    var texts: [String: String] = [:]
    for start in stride(from: 0, to: names.count, by: picturesPerCall) {
      let part = Array(names[start..<min(start + picturesPerCall, names.count)])
      let log = folder.file("out-\(start).txt")
      let child = try ChildProcess(
        name: "decoder", path: program, arguments: ["-1", "-format", "DataMatrix,Code128"] + part, log: log)
      _ = try child.waitUntilExit(patienceSeconds: 120)
      for line in try child.outputLines() {
        guard let name = part.first(where: { line.hasPrefix($0 + " ") }) else { continue }
        texts[name] = unescaped(line.dropFirst(name.count + 1))
      }
    }
    return names.map { texts[$0] ?? "" }
  }

  /// `<U+6279>` as the character it is.
  private static func unescaped(_ text: Substring) -> String {
    var plain = text
    while let match = plain.firstMatch(of: /<U\+([0-9A-F]+)>/), let value = UInt32(match.1, radix: 16),
      let scalar = Unicode.Scalar(value)
    {
      plain.replaceSubrange(match.range, with: String(scalar))
    }
    return String(plain)
  }

  /// The AIM identifier that the decoder would send before the text.
  static func aimIdentifier(_ matrix: ModuleMatrix) throws -> String {
    let output = String(decoding: try output(of: matrix, arguments: []), as: UTF8.self)
    return output.firstMatch(of: /Identifier: +(\S+)/).map { String($0.1) } ?? ""
  }

  /// The bytes of one symbol, exactly.
  static func bytes(_ matrix: ModuleMatrix) throws -> [UInt8] {
    try output(of: matrix, arguments: ["-format", "DataMatrix", "-bytes"])
  }

  private static func output(of matrix: ModuleMatrix, arguments: [String]) throws -> [UInt8] {
    let folder = try TemporaryFolder("symbols")
    let file = folder.file("one.pgm")
    try Data(Picture(matrix).portableGreyMap).write(to: file)
    let log = folder.file("out.txt")
    let child = try ChildProcess(name: "decoder", path: program, arguments: arguments + [file.path], log: log)
    _ = try child.waitUntilExit(patienceSeconds: 120)
    return [UInt8](try Data(contentsOf: log))
  }
}

/// A symbol with its quiet zone as grey pixels, as a printer and a camera would have it without a fault.
struct Picture {
  let matrix: ModuleMatrix
  static let pixelsPerModule = 4
  /// A single row is a line of bars: it needs height.
  static let pixelsOfBar = 60

  init(_ matrix: ModuleMatrix) { self.matrix = matrix }

  /// Portable grey map, binary (netpbm, format P5).
  var portableGreyMap: [UInt8] {
    let quiet = max(matrix.quietColumns, matrix.quietRows) + 2
    let width = (matrix.columns + 2 * quiet) * Self.pixelsPerModule
    let rowPixels = matrix.rows == 1 ? Self.pixelsOfBar : Self.pixelsPerModule
    let blank = [UInt8](repeating: 255, count: width * quiet * Self.pixelsPerModule)
    var pixels = blank
    for row in 0..<matrix.rows {
      var line = [UInt8](repeating: 255, count: width)
      for column in 0..<matrix.columns where matrix[column, row] {
        let left = (quiet + column) * Self.pixelsPerModule
        for pixel in left..<left + Self.pixelsPerModule { line[pixel] = 0 }
      }
      for _ in 0..<rowPixels { pixels += line }
    }
    pixels += blank
    return Array("P5\n\(width) \(pixels.count / width)\n255\n".utf8) + pixels
  }
}

/// SplitMix64: the same seed gives the same texts on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
