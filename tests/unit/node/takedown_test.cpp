#include <gmock/gmock.h>

#include "node/takedown.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RemainingLedger : public testing::Test {
protected:
    RemainingLedger() {
        scope_.ledger.files = {"/etc/kubernetes/pki/a.crt", "/etc/x.d/a"};
        scope_.ledger.keys = {"/etc/kubernetes/pki/a.crt"};
        scope_.ledger.aside = scope_.ledger.files;
    }

    ResetScope scope_;
};

/// A later reset puts back what was there before a certificate that stays.
TEST_F(RemainingLedger, KnowsWhatIsAsideOfTheKeysThatStay) {
    scope_.keep.identity = true;
    const auto rest = remaining_ledger(scope_);
    EXPECT_THAT(rest.aside, ElementsAre("/etc/kubernetes/pki/a.crt"));
    EXPECT_THAT(rest.files, ElementsAre("/etc/kubernetes/pki/a.crt"));
}

TEST_F(RemainingLedger, ForgetsWhatWasPutBack) {
    scope_.keep.store = true;
    EXPECT_THAT(remaining_ledger(scope_).aside, IsEmpty());
}

} // namespace
} // namespace k8s_node
