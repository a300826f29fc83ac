#include "inet/fib/fib_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace unetns {
namespace {

template <class F>
class FibTableTest : public ::testing::Test {
 protected:
  using Address = typename F::Address;
  // An address whose first bytes are given, the rest zero.
  static Address at(std::initializer_list<uint8_t> bytes) {
    Address a;
    std::copy(bytes.begin(), bytes.end(), a.bytes.begin());
    return a;
  }
  static std::unique_ptr<Route<F>> route(uint32_t priority = 0, uint8_t tos = 0) {
    auto r = std::make_unique<Route<F>>();
    r->priority = priority;
    r->tos = tos;
    return r;
  }
  Route<F>* first(const Address& a) {
    Route<F>* out = nullptr;
    table.match(a, [&](Route<F>& r) {
      out = &r;
      return true;
    });
    return out;
  }
  FibTable<F> table{RT_TABLE_MAIN};
};

using Families = ::testing::Types<V4, V6>;
TYPED_TEST_SUITE(FibTableTest, Families);

TYPED_TEST(FibTableTest, TheLongestPrefixIsTriedFirst) {
  auto* wide = this->table.insert(this->at({10}), 8, this->route());
  auto* narrow = this->table.insert(this->at({10, 1}), 16, this->route());
  EXPECT_EQ(this->first(this->at({10, 1, 2})), narrow);
  EXPECT_EQ(this->first(this->at({10, 2})), wide);
  EXPECT_EQ(this->first(this->at({11})), nullptr);
}

TYPED_TEST(FibTableTest, AMatchThatIsRefusedFallsBackToShorterPrefixes) {
  this->table.insert(typename TypeParam::Address(), 0, this->route(3));
  this->table.insert(this->at({10}), 8, this->route(2));
  this->table.insert(this->at({10, 1}), 16, this->route(1));
  std::vector<uint32_t> order;
  this->table.match(this->at({10, 1, 9}), [&](Route<TypeParam>& r) {
    order.push_back(r.priority);
    return false;
  });
  EXPECT_EQ(order, (std::vector<uint32_t>{1, 2, 3}));
}

TYPED_TEST(FibTableTest, RoutesOfAPrefixStandByTosThenPriority) {
  auto p = this->at({10});
  this->table.insert(p, 8, this->route(5));
  this->table.insert(p, 8, this->route(1));
  this->table.insert(p, 8, this->route(9, 0x10));
  std::vector<uint32_t> order;
  for (auto* r : this->table.sorted()) order.push_back(r->priority);
  EXPECT_EQ(order, (std::vector<uint32_t>{9, 1, 5}));
}

TYPED_TEST(FibTableTest, AnInsertWithoutPlaceGoesBeforeItsEquals) {
  auto p = this->at({10});
  auto* old = this->table.insert(p, 8, this->route(1));
  auto* young = this->table.insert(p, 8, this->route(1));
  auto* last = this->table.insert(p, 8, this->route(1), old);
  EXPECT_EQ(this->table.sorted(), (std::vector<Route<TypeParam>*>{young, old, last}));
}

TYPED_TEST(FibTableTest, DumpsByPrefixWithLongerOnesFirst) {
  auto* eight = this->table.insert(this->at({10}), 8, this->route());
  auto* later = this->table.insert(this->at({10, 0, 1}), 24, this->route());
  auto* longer = this->table.insert(this->at({10}), 16, this->route());
  auto* all = this->table.insert(this->at({}), 0, this->route());
  EXPECT_EQ(this->table.sorted(), (std::vector<Route<TypeParam>*>{all, longer, eight, later}));
}

TYPED_TEST(FibTableTest, RemovingGivesBackTheRouteAndForgetsThePrefix) {
  auto* r = this->table.insert(this->at({10}), 8, this->route(7));
  EXPECT_NE(this->table.find(this->at({10}), 8), nullptr);
  EXPECT_EQ(this->table.remove(*r)->priority, 7u);
  EXPECT_EQ(this->table.find(this->at({10}), 8), nullptr);
  EXPECT_EQ(this->table.size(), 0u);
}

TYPED_TEST(FibTableTest, AgreesWithALinearSearchUnderRandomChanges) {
  using Address = typename TypeParam::Address;
  std::mt19937 random(7);
  std::map<std::pair<std::array<uint8_t, Address::kSize>, int>, Route<TypeParam>*> model;
  auto draw = [&] {
    Address a;
    a.bytes[0] = static_cast<uint8_t>(random() & 3);
    a.bytes[1] = static_cast<uint8_t>(random() & 0x81);
    a.bytes[Address::kSize - 1] = static_cast<uint8_t>(random() & 7);
    return a;
  };
  for (int step = 0; step < 4000; step++) {
    const int len = static_cast<int>(random() % (Address::kBits + 1));
    const Address prefix = draw().masked(len);
    auto key = std::make_pair(prefix.bytes, len);
    if (auto old = model.find(key); old != model.end()) {
      this->table.remove(*old->second);
      model.erase(old);
    } else {
      model[key] = this->table.insert(prefix, len, this->route());
    }
    const Address a = draw();
    Route<TypeParam>* expected = nullptr;
    int best = -1;
    for (auto& [k, r] : model)
      if (k.second > best &&
          a.in_prefix(Address(AddressBytes<Address::kSize>{k.first}), k.second)) {
        best = k.second;
        expected = r;
      }
    ASSERT_EQ(this->first(a), expected) << "step " << step;
    ASSERT_EQ(this->table.size(), model.size());
  }
}

}  // namespace
}  // namespace unetns
