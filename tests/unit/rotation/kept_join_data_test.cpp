// Join data that a node keeps name the CAs that its cluster has now.
#include <gtest/gtest.h>

#include "join/identity.hpp"
#include "join/joining.hpp"
#include "join/pin.hpp"
#include "rotation/kept_join_data.hpp"
#include "unit/pki/fixture.hpp"

namespace k8s_node {
namespace {

class KeptJoinData : public testing::Test {
protected:
    KeptJoinData() {
        put(paths::cluster_authority, old_pem_);
        JoinData data;
        data.endpoint.name = "https://192.0.2.10:6443";
        data.authority = old_pem_;
        data.pins = {{pin_of(old_.certificate), {}}};
        data.token = *parse_token("abcdef.0123456789abcdef");
        data.settings = Tree::map({});
        put(paths::join_data, write_join_data(data));
    }

    void put(const char* path, const std::string& text) const {
        make_directories(root_.at(path).parent_path());
        write_file_atomically(root_.at(path), text, {0600, ::geteuid(), ::getegid()});
    }

    [[nodiscard]] JoinData kept() const {
        Diagnostics diagnostics;
        auto data = kept_join_data(root_, diagnostics);
        diagnostics.throw_if_any();
        return *std::move(data);
    }

    test::TemporaryDirectory directory_;
    Root root_{directory_.path()};
    pki_test::TestAuthority old_ = pki_test::make_test_authority("kubernetes");
    pki_test::TestAuthority new_ = pki_test::make_test_authority("kubernetes");
    std::string old_pem_ = certificate_to_pem(old_.certificate);
    std::string new_pem_ = certificate_to_pem(new_.certificate);
};

TEST_F(KeptJoinData, FollowWithTheirPins) {
    put(paths::cluster_authority, old_pem_ + new_pem_);
    update_kept_join_data(root_);
    EXPECT_EQ(kept().pins.size(), 2U);
    put(paths::cluster_authority, new_pem_);
    update_kept_join_data(root_);
    const auto data = kept();
    EXPECT_EQ(data.authority, new_pem_);
    EXPECT_EQ(names_of(data.pins), std::vector{pin_of(new_.certificate)});
    EXPECT_EQ(data.token.text(), "abcdef.0123456789abcdef");
}

TEST_F(KeptJoinData, ThatAreRightStayAsTheyAre) {
    const auto before = read_file(root_.at(paths::join_data));
    update_kept_join_data(root_);
    EXPECT_EQ(read_file(root_.at(paths::join_data)), before);
}

TEST_F(KeptJoinData, AreNotMadeWhereThereAreNone) {
    std::filesystem::remove(root_.at(paths::join_data));
    update_kept_join_data(root_);
    EXPECT_FALSE(path_exists(root_.at(paths::join_data)));
}

} // namespace
} // namespace k8s_node
