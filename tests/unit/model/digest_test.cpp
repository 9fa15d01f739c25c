#include <gtest/gtest.h>

#include "model/artifact.hpp"
#include "model/digest.hpp"

namespace k8s_node {
namespace {

TEST(Digests, AreAlgorithmAndLowerCaseHex) {
    const auto text = "sha256:" + std::string(64, 'a');
    EXPECT_EQ(Digest::parse(text)->text(), text);
    EXPECT_EQ(Digest::parse(text)->algorithm(), HashAlgorithm::sha256);
    const auto longer = "sha512:" + std::string(128, '0');
    EXPECT_EQ(Digest::parse(longer)->text(), longer);
    EXPECT_EQ(Digest::parse(longer)->algorithm(), HashAlgorithm::sha512);
}

TEST(Digests, OfTheWrongFormAreNone) {
    const std::string hex(64, 'a');
    for (const auto& text :
         {std::string(), hex, "sha256:" + hex + "a", "sha256:" + hex.substr(1), "sha512:" + hex,
          "md5:" + hex, "SHA256:" + hex, "sha256:" + std::string(64, 'A'),
          "sha256:" + std::string(64, 'g'), " sha256:" + hex, "sha256:" + hex + "\n"}) {
        EXPECT_EQ(Digest::parse(text), std::nullopt) << text;
    }
}

TEST(StoreNames, HoldVersionAndDigest) {
    Artifact artifact{"etcd", "3.6.5", {}, *Digest::parse("sha256:" + std::string(64, 'b')),
                      {},     {}};
    EXPECT_EQ(artifact.store_name(), "etcd-3.6.5-bbbbbbbbbbbb");
}

} // namespace
} // namespace k8s_node
