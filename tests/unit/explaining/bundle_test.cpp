// The files that a support bundle holds, and those that it does not.
#include <gmock/gmock.h>

#include "explaining/bundle.hpp"
#include "support/program.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::HasSubstr;
using testing::Not;

struct NoEvents : EventSink {
    void report(const Event&) noexcept override {}
};

TEST(SupportBundle, HoldsPublicKeysAndDropInsOfOurUnitsButNoPrivateKey) {
    const test::TemporaryDirectory directory;
    directory.write("/etc/k8s-node/trust.d/site.pub", "public");
    directory.write("/etc/k8s-node/trust.d/past.pub.removed", "public");
    directory.write("/etc/k8s-node/trust.d/site.key", "private");
    for (const char* unit : {"k8s-node-rollout-turn.service", "k8s-node-renew.timer"}) {
        directory.write(std::string("/etc/systemd/system/") + unit + ".d/site.conf", "[Unit]\n");
    }
    NodeOptions options;
    options.root = Root(directory.path());
    const auto path = (directory.path() / "bundle.tar.gz").string();
    NoEvents events;
    static_cast<void>(collect_bundle(options, path, events));
    const auto names = run_successfully({"tar", "-tzf", path});
    for (const char* name : {"trust.d/site.pub\n", "trust.d/past.pub.removed\n",
                             "k8s-node-rollout-turn.service.d/", "k8s-node-renew.timer.d/"}) {
        EXPECT_THAT(names, HasSubstr(name));
    }
    EXPECT_THAT(names, Not(HasSubstr("site.key")));
}

} // namespace
} // namespace k8s_node
