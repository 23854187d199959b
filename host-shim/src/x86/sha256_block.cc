// SPDX-License-Identifier: Apache-2.0
#include <cpuid.h>
#include <immintrin.h>

#include "host-shim/src/sha256.h"

namespace semafoor::loader {
namespace {

// Source of the instructions: Intel SHA Extensions. The state is kept as the two halves ABEF and
// CDGH, four rounds go at a time, and the message schedule is a ring of four vectors.
__attribute__((target("sha,sse4.1"))) void take_block(Sha256State& state, const uint8_t* block) {
  const __m128i kSwap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  auto* const words = reinterpret_cast<__m128i*>(state.data());
  const auto* const input = reinterpret_cast<const __m128i*>(block);
  const __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1b);
  __m128i first = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i second = _mm_blend_epi16(efgh, cdab, 0xf0);
  const __m128i first_before = first;
  const __m128i second_before = second;
  __m128i ring[4];
  for (int i = 0; i < 16; ++i) {
    __m128i& now = ring[i & 3];
    if (i < 4) {
      now = _mm_shuffle_epi8(_mm_loadu_si128(input + i), kSwap);
    } else {
      const __m128i last = ring[(i + 3) & 3];
      const __m128i shifted = _mm_alignr_epi8(last, ring[(i + 2) & 3], 4);
      const __m128i half = _mm_add_epi32(_mm_sha256msg1_epu32(now, ring[(i + 1) & 3]), shifted);
      now = _mm_sha256msg2_epu32(half, last);
    }
    const auto* const constants =
        reinterpret_cast<const __m128i*>(kSha256Constants.data() + 4 * static_cast<size_t>(i));
    const __m128i message = _mm_add_epi32(now, _mm_loadu_si128(constants));
    second = _mm_sha256rnds2_epu32(second, first, message);
    first = _mm_sha256rnds2_epu32(first, second, _mm_shuffle_epi32(message, 0x0e));
  }
  const __m128i feba = _mm_shuffle_epi32(_mm_add_epi32(first, first_before), 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(_mm_add_epi32(second, second_before), 0xb1);
  _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

// CPUID leaf 7, EBX bit 29.
bool has_sha_instructions() {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return false;
  return (ebx & (1U << 29)) != 0 && __builtin_cpu_supports("sse4.1") != 0;
}

}  // namespace

Sha256BlockFunction fast_sha256_block() {
  static const bool kHas = has_sha_instructions();
  return kHas ? take_block : nullptr;
}

}  // namespace semafoor::loader
