#include "runtime/status_file.h"

#include <gtest/gtest.h>

namespace unetns {
namespace {

TEST(StatusFile, SaysWhoTheProgramIsAndKeepsTheRest) {
  Creds creds;
  creds.euid = 33;
  creds.groups = {4, 33};
  creds.effective = 1ull << 12;
  EXPECT_EQ(status_text("Name:\tcat\nUid:\t9\t9\t9\t9\nGid:\t9\t9\t9\t9\nGroups:\t9 \nCapInh:\t1\n"
                        "CapPrm:\t1\nCapEff:\t1\nCapBnd:\t1\nCapAmb:\t1\nNoNewPrivs:\t1\n",
                        creds),
            "Name:\tcat\nUid:\t0\t33\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t4 33 \n"
            "CapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000001000\n"
            "CapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\n");
}

TEST(StatusFile, ANameThatLooksLikeALineIsNone) {
  EXPECT_EQ(status_text("Name:\tUid:\nState:\tR\n", Creds{}), "Name:\tUid:\nState:\tR\n");
}

}  // namespace
}  // namespace unetns
