package io.tailrace.loadtests.shop;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;

/** A service of the shop with one instance. */
enum Service {
  FRONTEND("frontend", "3.14.2"),
  ACCOUNT("account", "1.9.0"),
  CART("cart", "2.4.1"),
  CATALOGUE("catalogue", "5.0.3"),
  CHECKOUT("checkout", "4.2.0"),
  EMAIL("email", "1.1.7"),
  INVENTORY("inventory", "2.0.0"),
  PAYMENT("payment", "6.3.1"),
  PRICING("pricing", "1.12.4"),
  RECOMMENDATION("recommendation", "0.8.5"),
  SEARCH("search", "2.7.0"),
  SHIPPING("shipping", "3.3.3");

  private final String title;
  private final String version;

  Service(String title, String version) {
    this.title = title;
    this.version = version;
  }

  String title() {
    return title;
  }

  String host() {
    return title + ".shop.internal";
  }

  /** Returns the attributes of the SDK (telemetry.sdk.*) and of the deployment. */
  Resource resource() {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.builder()
                    .put("service.name", title)
                    .put("service.namespace", "shop")
                    .put("service.version", version)
                    .put("service.instance.id", title + "-0")
                    .put("host.name", host())
                    .put("deployment.environment.name", "demo")
                    .build()));
  }
}
