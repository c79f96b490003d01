//! Attacks 38 and 60: mobile numbers of the countries that the practice lists, and of no others.

use vestibule::api::{Deliveries, Error, Field, ProveMethod, Secret, SetSms, Token};
use vestibule::domain::{Channel, DeliveryFault, MobileFault};

use crate::deliveries::test;
use crate::sends::{SAM, Sends};

/// A mobile of New Zealand, and one of the United Kingdom.
pub(crate) const KIWI: &str = "+64 21 123 4567";
pub(crate) const BRITISH: &str = "+44 7400 123456";

pub(crate) fn refused<T>(answer: Result<T, Error>) -> bool {
    answer.err() == Some(Field::Mobile.cannot_be(MobileFault::OtherCountry))
}

pub(crate) async fn list(stage: &Sends, token: &Token, countries: &str) {
    let call = SetSms {
        gateway: stage.gateway.settings().into(),
        secret: Some(Secret::new("gateway secret")),
        countries: Some(countries.to_owned()),
    };
    let set = stage.clinic.call(token, call).await.unwrap();
    assert_eq!(set.countries, countries);
}

#[tokio::test]
async fn numbers_of_a_listed_country_are_taken_until_it_is_listed_no_more() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let founder = clinic.founder.clone();
    let sam = clinic.hire(SAM).await;
    let token = sam.session().await;
    assert!(refused(stage.start(&token, Channel::Sms, KIWI).await));
    assert!(refused(
        test(clinic, &founder, Channel::Sms, Some(KIWI)).await
    ));

    list(&stage, &founder, "NZ").await;
    assert!(refused(stage.start(&token, Channel::Sms, BRITISH).await));
    let landline = stage.start(&token, Channel::Sms, "+64 3 345 6789").await;
    let no_mobile = Field::Mobile.cannot_be(MobileFault::NotMobile);
    assert_eq!(landline.err(), Some(no_mobile));
    let started = stage.start(&token, Channel::Sms, KIWI).await.unwrap();
    stage.deliver().await;
    let message = stage.gateway.next().await;
    assert_eq!(message.to(), "+64211234567");
    let call = ProveMethod {
        method: started.method,
        code: Secret::new(message.code()),
    };
    clinic.call(&token, call).await.unwrap();
    // Without a country in front it is an Australian number as before.
    let tried = test(clinic, &founder, Channel::Sms, Some("0491 570 156")).await;
    assert_eq!(tried.unwrap().to, "0491 570 156");

    // What was proven signs in; no other is begun.
    list(&stage, &founder, "").await;
    let due = sam.code_due().await;
    let code = loop {
        stage.deliver().await;
        let message = stage.gateway.next().await;
        if message.to() == "+64211234567" {
            break message.code();
        }
    };
    let session = stage.submit(&due, &code).await.unwrap();
    assert!(refused(stage.start(&session, Channel::Sms, KIWI).await));
}

#[tokio::test]
async fn the_list_stays_with_its_gateway_and_goes_with_it() {
    let stage = Sends::new().await;
    let founder = stage.clinic.founder.clone();
    list(&stage, &founder, "GB, NZ").await;
    let set = |countries: Option<&str>| SetSms {
        gateway: stage.gateway.settings().into(),
        secret: None,
        countries: countries.map(str::to_owned),
    };
    let wrong = stage.clinic.call(&founder, set(Some("New Zealand"))).await;
    let letters = Field::Delivery.cannot_be(DeliveryFault::Countries);
    assert_eq!(wrong.err(), Some(letters));
    let kept = stage.clinic.call(&founder, set(None)).await.unwrap();
    assert_eq!(kept.countries, "GB, NZ");
    super::clear(&stage.clinic, &founder, Channel::Sms)
        .await
        .unwrap();
    let set = stage.clinic.call(&founder, Deliveries {}).await.unwrap();
    assert_eq!(set.countries, "");
}
