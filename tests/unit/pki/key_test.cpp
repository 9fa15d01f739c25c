#include "fixture.hpp"
#include "pki/key.hpp"
#include "support/interrupt.hpp"

namespace k8s_node::pki_test {

namespace {

class KeyTest : public PkiTest, public testing::WithParamInterface<KeyAlgorithm> {};

TEST_P(KeyTest, SurvivesPemAndIsReadByOpenssl) {
    const auto key = create_key(GetParam());
    put("x.key", key_to_pem(key), 0600);
    EXPECT_TRUE(same_key(key, parse_key(pem("x.key"), "x.key")));

    const auto public_half = run("openssl pkey -pubout -in " + at("x.key").string());
    EXPECT_EQ(public_half.output, public_key_to_pem(key));
    EXPECT_EQ(run("openssl pkey -check -noout -in " + at("x.key").string()).status, 0);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, KeyTest,
                         testing::Values(KeyAlgorithm::ecdsa_p256, KeyAlgorithm::rsa_2048));

class KeyFileTest : public PkiTest {};

TEST_F(KeyFileTest, HaveTheSizeThatWasAskedFor) {
    EXPECT_EQ(EVP_PKEY_get_bits(create_key(KeyAlgorithm::ecdsa_p256).get()), 256);
    EXPECT_EQ(EVP_PKEY_get_bits(create_key(KeyAlgorithm::rsa_2048).get()), 2048);
    EXPECT_EQ(EVP_PKEY_get_bits(create_key(KeyAlgorithm::rsa_4096).get()), 4096);
}

TEST_F(KeyFileTest, IsNotGeneratedOnceAStopIsRequested) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(static_cast<void>(create_key(KeyAlgorithm::rsa_4096, stop.get_token())),
                 Cancelled);
}

TEST_F(KeyFileTest, ReadsWhatOtherToolsWrite) {
    put("dir", "");
    const auto file = at("k").string();
    for (const auto* command :
         {"openssl ecparam -name prime256v1 -genkey -out ", // "EC PARAMETERS" comes first
          "openssl genrsa -traditional 2048 > ", "openssl genrsa 2048 > "}) {
        ASSERT_EQ(run(command + file).status, 0) << command;
        EXPECT_TRUE(parse_key(read_file(file), file)) << command;
    }
}

TEST_F(KeyFileTest, AnEncryptedKeyIsRefusedWithoutAsking) {
    put("dir", "");
    const auto file = at("k").string();
    for (const auto* options : {"", "-traditional "}) {
        ASSERT_EQ(run("openssl genrsa -aes128 -passout pass:secret " + std::string(options) +
                      "2048 > " + file)
                      .status,
                  0);
        try {
            static_cast<void>(parse_key(read_file(file), "sa.key"));
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.message(), "sa.key is encrypted with a passphrase");
        }
    }
}

TEST_F(KeyFileTest, SaysWhatIsWrongWithDamagedText) {
    const auto message = [](const std::string& text) {
        try {
            static_cast<void>(parse_key(text, "sa.key"));
        } catch (const Error& error) {
            return error.message();
        }
        return std::string();
    };
    EXPECT_EQ(message(""), "sa.key contains no PEM private key");
    EXPECT_EQ(message("hello\n"), "sa.key contains no PEM private key");
    auto cut = key_to_pem(create_key(KeyAlgorithm::ecdsa_p256));
    cut.resize(cut.size() / 2);
    EXPECT_THAT(message(cut), testing::StartsWith("read the PEM text in sa.key: "));
}

} // namespace

} // namespace k8s_node::pki_test
