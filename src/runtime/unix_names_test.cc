#include "runtime/unix_names.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

std::string abstract(const std::string& text) { return std::string(1, '\0') + text; }

TEST(UnixNamesTest, ANameComesBackAsItWasGiven) {
  UnixNames names(7);
  EXPECT_FALSE(names.any());
  for (const std::string& text :
       {std::string("x"), std::string(), std::string("a/b#c"), std::string("\0\0z", 3),
        std::string(80, 'n'), std::string(107, 'n')}) {
    const std::string host = names.host_name(3, abstract(text));
    EXPECT_LE(host.size(), UnixNames::kMax);
    EXPECT_EQ(host[0], '\0');
    EXPECT_TRUE(names.ours(host));
    EXPECT_EQ(names.program_name(host), abstract(text));
  }
  EXPECT_TRUE(names.any());
}

TEST(UnixNamesTest, TheSameNameIsAnotherInAnotherNamespaceOrMachine) {
  UnixNames one(1), two(2);
  for (size_t length : {1, 100, 107}) {
    const std::string name = abstract(std::string(length, 'q'));
    EXPECT_EQ(one.host_name(1, name), one.host_name(1, name));
    EXPECT_NE(one.host_name(1, name), one.host_name(2, name));
    EXPECT_NE(one.host_name(1, name), two.host_name(1, name));
    EXPECT_FALSE(two.ours(one.host_name(1, name)));
  }
  EXPECT_NE(one.host_name(1, abstract("a")), one.host_name(11, abstract("a")));
}

TEST(UnixNamesTest, NamesOfTheHostAreNoneOfOurs) {
  UnixNames names(1);
  EXPECT_EQ(names.program_name(abstract("/tmp/.X11-unix/X0")), std::nullopt);
  EXPECT_EQ(names.program_name(""), std::nullopt);
  EXPECT_EQ(names.program_name("/run/socket"), std::nullopt);
}

TEST(UnixNamesTest, AutomaticNamesAreFiveHexDigits) {
  UnixNames names(0xffffffff);
  const std::string first = names.next_automatic();
  EXPECT_TRUE(UnixNames::is_automatic(first));
  EXPECT_NE(names.next_automatic(), first);
  EXPECT_FALSE(UnixNames::is_automatic(abstract("ABCDE")));
  EXPECT_FALSE(UnixNames::is_automatic(abstract("0123")));
}

TEST(UnixNamesTest, WhatIsRememberedIsBounded) {
  UnixNames names(1);
  EXPECT_FALSE(names.any_connected());
  for (uint64_t inode = 0; inode < 100'000; inode++) names.connected(inode, 5);
  EXPECT_EQ(names.who_connected(0), std::nullopt);
  EXPECT_EQ(names.who_connected(99'999), 5);
}

}  // namespace
}  // namespace unetns
