"""A table of an application's own, and what several tests do."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from crossguard.sql import ListedOrigin, ListedOriginMixin

SHOP = "https://shop.customer.example"
BLOG = "https://blog.customer.example"


class Base(DeclarativeBase):
    pass


class Tenant(Base):
    __tablename__ = "tenants"

    id: Mapped[int] = mapped_column(primary_key=True)


class Site(ListedOriginMixin, Base):
    """The table of an application with tenants, any of which may list the same origin."""

    __tablename__ = "sites"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "origin"),)

    origin: Mapped[str] = mapped_column(sa.String(326))
    tenant_id: Mapped[int] = mapped_column(sa.ForeignKey("tenants.id", ondelete="CASCADE"))
    active: Mapped[bool] = mapped_column(default=True)


def add(engine, *origins, model=ListedOrigin, **values):
    with Session(engine) as session:
        session.add_all(model(origin=origin, **values) for origin in origins)
        session.commit()


def run(engine, *statements, **options):
    """Run raw statements, each committed by itself, as at a prompt."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
