extension EPCScheme {
  /// Every header that the standard gives to a scheme (GS1 EPC Tag Data Standard 2.3, Table 14-1), without the "++"
  /// schemes of release 2.3, which carry a host name.
  static let table: [EPCScheme] = [
    EPCScheme(0x2C, "gdti-96", .gdti, .partitioned(.sgln, serial: .number(bits: 41)), bits: 96),
    EPCScheme(0x2D, "gsrn-96", .gsrn, .partitioned(.sscc, serial: .reserved), bits: 96),
    EPCScheme(0x2E, "gsrnp-96", .gsrnp, .partitioned(.sscc, serial: .reserved), bits: 96),
    EPCScheme(0x2F, "usdod-96", .usdod, .usdod, bits: 96),
    EPCScheme(0x30, "sgtin-96", .sgtin, .partitioned(.sgtin, serial: .number(bits: 38)), bits: 96),
    EPCScheme(0x31, "sscc-96", .sscc, .partitioned(.sscc, serial: .reserved), bits: 96),
    EPCScheme(0x32, "sgln-96", .sgln, .partitioned(.sgln, serial: .number(bits: 41)), bits: 96),
    EPCScheme(0x33, "grai-96", .grai, .partitioned(.grai, serial: .number(bits: 38)), bits: 96),
    EPCScheme(0x34, "giai-96", .giai, .partitioned(.giai96, serial: .none), bits: 96),
    EPCScheme(0x35, "gid-96", .gid, .gid, bits: 96),
    EPCScheme(0x36, "sgtin-198", .sgtin, .partitioned(.sgtin, serial: .text(characters: 20)), bits: 198),
    EPCScheme(0x37, "grai-170", .grai, .partitioned(.grai, serial: .text(characters: 16)), bits: 170),
    EPCScheme(0x38, "giai-202", .giai, .partitioned(.giai202, serial: .none), bits: 202),
    EPCScheme(0x39, "sgln-195", .sgln, .partitioned(.sgln, serial: .text(characters: 20)), bits: 195),
    // Deprecated since release 1.9, still on tags.
    EPCScheme(0x3A, "gdti-113", .gdti, .partitioned(.sgln, serial: .digits(bits: 58)), bits: 113),
    EPCScheme(0x3B, "adi-var", .adi, .adi),
    EPCScheme(0x3C, "cpi-96", .cpi, .partitioned(.cpi96, serial: .number(bits: 31)), bits: 96),
    EPCScheme(0x3D, "cpi-var", .cpi, .cpiVariable),
    EPCScheme(0x3E, "gdti-174", .gdti, .partitioned(.sgln, serial: .text(characters: 17)), bits: 174),
    EPCScheme(0x3F, "sgcn-96", .sgcn, .partitioned(.sgln, serial: .digits(bits: 41)), bits: 96),
    EPCScheme(0x40, "itip-110", .itip, .partitioned(.sgtin, serial: .pieces(.number)), bits: 110),
    EPCScheme(0x41, "itip-212", .itip, .partitioned(.sgtin, serial: .pieces(.text)), bits: 212),

    EPCScheme(0xF0, "cpi+", .cpi, .plus(Plus(key: .delimited, serial: .digits))),
    EPCScheme(0xF1, "grai+", .grai, .plus(Plus(key: .digits(14), serial: .text(longest: 16)))),
    EPCScheme(0xF2, "sgln+", .sgln, .plus(Plus(key: .digits(13), serial: .text(longest: 20)))),
    EPCScheme(0xF3, "itip+", .itip, .plus(Plus(key: .digits(18), serial: .text(longest: 20)))),
    EPCScheme(0xF4, "gsrn+", .gsrn, .plus(Plus(key: .digits(18), serial: .none))),
    EPCScheme(0xF5, "gsrnp+", .gsrnp, .plus(Plus(key: .digits(18), serial: .none))),
    EPCScheme(0xF6, "gdti+", .gdti, .plus(Plus(key: .digits(13), serial: .text(longest: 17)))),
    EPCScheme(0xF7, "sgtin+", .sgtin, .plus(Plus(key: .digits(14), serial: .text(longest: 20)))),
    EPCScheme(0xF8, "sgcn+", .sgcn, .plus(Plus(key: .digits(13), serial: .digits))),
    EPCScheme(0xF9, "sscc+", .sscc, .plus(Plus(key: .digits(18), serial: .none))),
    EPCScheme(0xFA, "giai+", .giai, .plus(Plus(key: .delimited, serial: .none))),
    EPCScheme(0xFB, "dsgtin+", .sgtin, .plus(Plus(key: .digits(14), serial: .text(longest: 20), hasDate: true))),
  ]
}
