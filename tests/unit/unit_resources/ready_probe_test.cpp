#include <gtest/gtest.h>

#include "unit_resources/ready_probe.hpp"

namespace k8s_node {
namespace {

Generation with_unit(const std::string& lines) {
    Generation generation;
    generation.files["units/x.service"] = "[Service]\nExecStart=/bin/x\n" + lines;
    return generation;
}

TEST(ReadyProbe, IsReadFromTheUnit) {
    const auto generation = with_unit("ExecStartPost=/usr/bin/k8s-node-install probe \\\n"
                                      "    --deadline=150s \\\n"
                                      "    --ca=/etc/kubernetes/pki/ca.crt \\\n"
                                      "    \"--contains=\\\"health\\\":\\\"true\\\"\" \\\n"
                                      "    https://127.0.0.1:6443/readyz\n");
    const auto probe = ready_probe(generation, "x.service");
    ASSERT_TRUE(probe);
    EXPECT_EQ(probe->url(), "https://127.0.0.1:6443/readyz");
    EXPECT_EQ(probe->ca_file, "/etc/kubernetes/pki/ca.crt");
    EXPECT_EQ(probe->body_contains, "\"health\":\"true\"");
}

TEST(ReadyProbe, IsNoneWhereTheUnitHasNone) {
    EXPECT_FALSE(ready_probe(with_unit(""), "x.service"));
    EXPECT_FALSE(ready_probe(with_unit("ExecStartPost=/bin/sleep 3\n"), "x.service"));
    EXPECT_FALSE(ready_probe(with_unit("ExecStartPost=/bin/a probe nonsense\n"), "x.service"));
    EXPECT_FALSE(ready_probe(with_unit(""), "y.service"));
}

} // namespace
} // namespace k8s_node
