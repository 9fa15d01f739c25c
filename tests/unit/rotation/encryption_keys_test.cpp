// Keys in an EncryptionConfiguration that an operator may have written.
#include <gmock/gmock.h>

#include "rotation/encryption_keys.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* path = "/etc/kubernetes/pki/encryption-config.yaml";
constexpr const char* file = R"(# Keep a backup.
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets, configmaps]
    providers:
      - aescbc:
          keys:
            - {name: key7, secret: c2V2ZW4=}
            - {name: mine, secret: bWluZQ==}
      - identity: {}
)";

std::string writer(const std::string& provider) {
    return "kind: EncryptionConfiguration\nresources:\n  - resources: [secrets]\n    providers:\n"
           "      - " +
           provider + "\n";
}

TEST(EncryptionKeys, AreAddedUsedAndKeptByTheirNames) {
    EXPECT_EQ(free_key_name(path, file), "key8");
    const auto both = add_encryption_key(path, file, "key8", "ZWlnaHQ=");
    EXPECT_THAT(key_names(path, both), ElementsAre("key7", "mine", "key8"));
    EXPECT_EQ(add_encryption_key(path, both, "key8", "b3RoZXI="), both) << "it is there already";
    const auto used = use_encryption_key(path, both, "key8");
    EXPECT_THAT(key_names(path, used), ElementsAre("key8", "key7", "mine"));
    EXPECT_THAT(key_names(path, use_encryption_key(path, used, "key8")),
                ElementsAre("key8", "key7", "mine"));
    EXPECT_THAT(key_names(path, keep_encryption_key(path, used, "key8")), ElementsAre("key8"));
}

TEST(EncryptionKeys, WhateverElseTheFileSaysStays) {
    const auto changed = add_encryption_key(path, file, "key8", "ZWlnaHQ=");
    EXPECT_THAT(changed, StartsWith("# Keep a backup.\n"));
    for (const char* kept : {"aescbc", "c2V2ZW4=", "bWluZQ==", "ZWlnaHQ=", "identity"}) {
        EXPECT_THAT(changed, HasSubstr(kept));
    }
    EXPECT_THAT(encrypted_resources(path, changed), ElementsAre("secrets", "configmaps"));
}

TEST(EncryptionKeys, PlainTextAndKeysThatAreElsewhereAreRefused) {
    for (const auto& text : {writer("identity: {}"), writer("kms: {name: vault, endpoint: x}"),
                             std::string("kind: EncryptionConfiguration\n")}) {
        try {
            static_cast<void>(free_key_name(path, text));
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::unsuitable);
        }
    }
}

TEST(EncryptionKeys, OneThatSomebodyHasRemovedIsNotUsed) {
    EXPECT_THROW(static_cast<void>(use_encryption_key(path, file, "key8")), Error);
    EXPECT_THROW(static_cast<void>(keep_encryption_key(path, file, "mine")), Error);
}

TEST(EncryptionKeys, NoMessageShowsOne) {
    try {
        static_cast<void>(key_names(path, "resources: [c2VjcmV0\n"));
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), Not(HasSubstr("c2VjcmV0")));
    }
}

TEST(EncryptionKeys, AMistakeIsToldWithItsPlace) {
    for (const auto& [text, place] :
         {std::pair("resources:\n  - secrets\n", ":2:5: "), std::pair("a: [\n", ":2:1: "),
          std::pair("resources:\n  - resources: [secrets]\n    providers: [a: {keys: [k]}]\n",
                    ":3:28: ")}) {
        for (const auto& ask :
             {+[](const std::string& read) { static_cast<void>(free_key_name(path, read)); },
              +[](const std::string& read) { static_cast<void>(key_names(path, read)); },
              +[](const std::string& read) {
                  static_cast<void>(add_encryption_key(path, read, "key2", "eA=="));
              }}) {
            try {
                ask(text);
                ADD_FAILURE() << text;
            } catch (const Error& error) {
                EXPECT_THAT(error.message(), StartsWith(path + std::string(place)));
            }
        }
    }
}

TEST(EncryptionKeys, AnEntryWithoutAProviderIsRefused) {
    for (const char* entry : {"{}", "{providers: []}", "{providers: [{}]}", "{providers: x}"}) {
        EXPECT_THROW(static_cast<void>(key_names(path, std::string("resources: [") + entry + "]")),
                     Error)
            << entry;
    }
}

} // namespace
} // namespace k8s_node
