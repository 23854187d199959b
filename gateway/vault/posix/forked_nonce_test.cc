// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "gateway/vault/seal/nonce_store.h"

namespace semafoor::vault {
namespace {

TEST(ForkedNonces, AChildHasNoneThatItsParentHas) {
  NonceStore store;
  std::set<Nonce> taken{store.take()};
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_NE(child, -1);
  constexpr int kEach = 100;
  if (child == 0) {
    bool written = true;
    for (int i = 0; i < kEach; ++i) {
      const Nonce nonce = store.take();
      written = written && ::write(ends[1], nonce.data(), nonce.size()) == ssize_t{kNonceBytes};
    }
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  for (int i = 0; i < kEach; ++i) {
    EXPECT_TRUE(taken.insert(store.take()).second);
    Nonce nonce{};
    ASSERT_EQ(::read(ends[0], nonce.data(), nonce.size()), ssize_t{kNonceBytes});
    EXPECT_TRUE(taken.insert(nonce).second);
  }
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace semafoor::vault
