// SPDX-License-Identifier: Apache-2.0
//
// The little of PKCS#11 2.40 (OASIS standard; "Cryptoki") that signing needs, in declarations of
// our own. Names in comments are the standard's.
#pragma once

#include <cstddef>

namespace semafoor::vault::pkcs11 {

using Ulong = unsigned long;  // CK_ULONG
using Rv = Ulong;             // CK_RV
using Slot = Ulong;
using Session = Ulong;
using Object = Ulong;

// Structures have no gaps on Windows and natural ones elsewhere (section 2.1 of the base
// specification); Windows is where a long is shorter than a pointer.
inline constexpr bool kPacked = sizeof(Ulong) < sizeof(void*);

// CK_ATTRIBUTE (type, value, length) and CK_MECHANISM (mechanism, parameter, length).
template <bool packed>
struct TripleOf {
  Ulong kind;
  void* bytes;
  Ulong size;
};
template <>
struct [[gnu::packed]] TripleOf<true> {
  Ulong kind;
  void* bytes;
  Ulong size;
};
using Triple = TripleOf<kPacked>;

inline constexpr std::size_t kFunctions = 68;
// CK_FUNCTION_LIST: a version, and pointers in the order of the standard.
template <bool packed>
struct FunctionListOf {
  unsigned char version[2];
  void (*functions[kFunctions])();
};
template <>
struct [[gnu::packed]] FunctionListOf<true> {
  unsigned char version[2];
  void (*functions[kFunctions])();
};
using FunctionList = FunctionListOf<kPacked>;

using GetFunctionList = Rv (*)(FunctionList**);

// Where a function stands in the list, and how it is called.
template <std::size_t place, typename Signature>
struct Function {
  static constexpr std::size_t kPlace = place;
  using Pointer = Signature*;
};
using Initialize = Function<0, Rv(void*)>;
using GetSlotList = Function<4, Rv(unsigned char, Slot*, Ulong*)>;
using GetTokenInfo = Function<6, Rv(Slot, void*)>;
using OpenSession = Function<12, Rv(Slot, Ulong, void*, void*, Session*)>;
using CloseSession = Function<13, Rv(Session)>;
using Login = Function<18, Rv(Session, Ulong, unsigned char*, Ulong)>;
using GetAttributeValue = Function<24, Rv(Session, Object, Triple*, Ulong)>;
using FindObjectsInit = Function<26, Rv(Session, Triple*, Ulong)>;
using FindObjects = Function<27, Rv(Session, Object*, Ulong, Ulong*)>;
using FindObjectsFinal = Function<28, Rv(Session)>;
using SignInit = Function<42, Rv(Session, Triple*, Object)>;
using Sign = Function<43, Rv(Session, unsigned char*, Ulong, unsigned char*, Ulong*)>;

// CK_C_INITIALIZE_ARGS as bytes: its flags stand behind four pointers, and nothing else is set.
inline constexpr std::size_t kInitializeArgsBytes = 8 * sizeof(void*);
inline constexpr std::size_t kInitializeFlagsAt = 4 * sizeof(void*);
inline constexpr Ulong kOsLocking = 2;  // CKF_OS_LOCKING_OK
// CK_TOKEN_INFO begins with the label, filled up with spaces; no system's is larger than this.
inline constexpr std::size_t kTokenInfoBytes = 512;
inline constexpr std::size_t kTokenLabelBytes = 32;

inline constexpr Ulong kSerialSession = 4;  // CKF_SERIAL_SESSION
inline constexpr Ulong kUser = 1;           // CKU_USER

// CKA_
inline constexpr Ulong kClass = 0x0;
inline constexpr Ulong kLabel = 0x3;
inline constexpr Ulong kValue = 0x11;
inline constexpr Ulong kKeyType = 0x100;
inline constexpr Ulong kId = 0x102;
inline constexpr Ulong kModulus = 0x120;
inline constexpr Ulong kPublicExponent = 0x122;
inline constexpr Ulong kEcPoint = 0x181;
// CKO_
inline constexpr Ulong kCertificate = 1;
inline constexpr Ulong kPublicKey = 2;
inline constexpr Ulong kPrivateKey = 3;
// CKK_
inline constexpr Ulong kRsa = 0;
inline constexpr Ulong kEc = 3;
// CKM_
inline constexpr Ulong kRsaPkcs = 0x1;
inline constexpr Ulong kSha256RsaPkcs = 0x40;
inline constexpr Ulong kEcdsa = 0x1041;
// CKR_
inline constexpr Rv kOk = 0;
inline constexpr Rv kDeviceError = 0x30;
inline constexpr Rv kDeviceRemoved = 0x32;
inline constexpr Rv kKeyHandleInvalid = 0x60;
inline constexpr Rv kMechanismInvalid = 0x70;
inline constexpr Rv kObjectHandleInvalid = 0x82;
inline constexpr Rv kPinIncorrect = 0xa0;
inline constexpr Rv kPinInvalid = 0xa1;
inline constexpr Rv kPinLengthRange = 0xa2;
inline constexpr Rv kPinLocked = 0xa4;
inline constexpr Rv kSessionClosed = 0xb0;
inline constexpr Rv kSessionHandleInvalid = 0xb3;
inline constexpr Rv kTokenNotPresent = 0xe0;
inline constexpr Rv kAlreadyLoggedIn = 0x100;
inline constexpr Rv kNotLoggedIn = 0x101;
inline constexpr Rv kNotInitialized = 0x190;
inline constexpr Rv kAlreadyInitialized = 0x191;

}  // namespace semafoor::vault::pkcs11
